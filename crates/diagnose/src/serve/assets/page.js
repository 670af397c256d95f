// The page of `diagnose serve`. Whatever came from a request is made a text node, never markup.
"use strict";

const TOKEN = "diagnose-token";
const byId = (id) => document.getElementById(id);

// The token comes behind the #, which browsers send nowhere, and is taken out of the address at once.
if (location.hash.length > 1) {
  sessionStorage.setItem(TOKEN, location.hash.slice(1));
  history.replaceState(null, "", "/");
}
const token = sessionStorage.getItem(TOKEN) ?? "";

function ask(path, body) {
  const headers = { Authorization: `Bearer ${token}` };
  if (body === undefined) return fetch(`/api/${path}`, { headers });
  headers["Content-Type"] = "application/json";
  return fetch(`/api/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
}

/** An element with properties, and children that are elements or text. */
function element(name, properties, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Text in which what stands between backticks is code. */
function prose(text) {
  return text.split("`").map((piece, at) => (at % 2 === 1 ? element("code", null, piece) : piece));
}

const requests = new Map();
let chosen = null;
let change = 0;

function state(text, isLost) {
  byId("state").textContent = text;
  byId("state").className = isLost ? "lost" : "";
}

async function watch() {
  for (;;) {
    try {
      const answer = await ask(`after/${change}`);
      if (answer.status === 401) return state(await answer.text(), true);
      const news = await answer.json();
      change = news.change;
      byId("capture").textContent = news.capture;
      for (const request of news.requests) requests.set(request.id, request);
      for (const id of requests.keys()) if (id < news.oldest) requests.delete(id);
      show();
      if (chosen !== null && news.requests.some((request) => request.id === chosen && request.answer)) open(chosen);
    } catch {
      state("diagnose serve has ended, or cannot be reached. Trying again…", true);
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  }
}

const WORDS = { right: "right", wrong: "wrong", unknown: "cannot tell" };

function show() {
  const list = byId("list");
  const isFocused = list.contains(document.activeElement);
  byId("empty").hidden = requests.size > 0;
  const counts = { right: 0, wrong: 0, unknown: 0 };
  const items = [...requests.values()].sort((a, b) => b.id - a.id).map((request) => {
    if (request.answer) counts[request.answer] += 1;
    const word = request.answer ? WORDS[request.answer] : "diagnosing…";
    const button = element(
      "button",
      { type: "button", className: request.answer ?? "", "data-id": request.id },
      element("span", { className: "answer" }, word),
      element("span", { className: "line" }, `${request.id}. ${request.line}`),
      request.told ? element("span", null, request.told) : null,
      element("span", { className: "told" }, `${new Date(request.at * 1000).toLocaleTimeString()} · answered ${request.status}`),
    );
    button.setAttribute("aria-current", String(request.id === chosen));
    button.addEventListener("click", () => open(request.id, true));
    return element("li", null, button);
  });
  list.replaceChildren(...items);
  if (isFocused) list.querySelector('[aria-current="true"]')?.focus();
  if (requests.size === 0) return state("Listening", false);
  state(`${requests.size} requests: ${counts.right} right, ${counts.wrong} wrong, ${counts.unknown} unknown`, false);
}

async function open(id, isAsked) {
  chosen = id;
  show();
  const request = requests.get(id);
  if (!request.answer) return detail(element("p", { className: "faint" }, "Being diagnosed…"));
  const answer = await ask(`requests/${id}`);
  if (chosen !== id) return;
  if (!answer.ok) return detail(element("p", null, await answer.text()));
  detail(...view(await answer.json()));
  if (isAsked) byId("detail").scrollTop = 0;
}

function detail(...children) {
  byId("detail").replaceChildren(...children);
}

/** All there is to see of a case. */
function view(seen) {
  return [
    element("p", { className: `answer ${seen.answer}` }, WORDS[seen.answer]),
    element("h2", null, seen.name),
    element("p", { className: "headline" }, seen.headline),
    seen.provider && element("p", null, `By the rules of ${seen.provider.name}: ${seen.provider.verdict}.`),
    seen.response && element("p", null, `The server's answer: ${seen.response}`),
    ...seen.problems.map(problem),
    seen.alternatives.length > 0 && section("It can also be that the client", list(seen.alternatives)),
    seen.clients.length > 0 && section("Known clients that do this", list(seen.clients)),
    seen.next_steps.length > 0 && section("What to do next", list(seen.next_steps)),
    seen.difference && difference(seen.difference),
    seen.notes.length > 0 && section("Notes", list(seen.notes)),
    seen.stages && seen.stages.length > 0 && stages(seen.stages),
    seen.request && element("details", null, element("summary", null, "The request as it arrived"), element("pre", null, seen.request)),
  ].filter(Boolean);
}

function section(title, ...children) {
  return element("section", null, element("h3", null, title), ...children);
}

function list(texts) {
  return element("ul", null, ...texts.map((text) => element("li", null, text)));
}

function problem(one) {
  return element(
    "section",
    { className: `problem ${one.severity}` },
    element("h3", null, one.title, " ", element("code", { className: "faint", title: `diagnose explain ${one.id}` }, one.id)),
    one.detail ? element("p", null, ...prose(one.detail)) : null,
    one.fix ? element("p", { className: "fix" }, element("strong", null, "Fix: "), ...prose(one.fix)) : null,
    one.calls.length > 0 ? calls(one.calls) : null,
  );
}

const LANGUAGE = "diagnose-language";

/** The right call in the language of the user, who chooses it once. */
function calls(all) {
  const choice = element("select", { ariaLabel: "Language" }, ...all.map((call) => element("option", null, call.language)));
  const code = element("pre");
  const wrong = element("p", { className: "faint" });
  const turn = () => {
    const call = all.find((one) => one.language === choice.value) ?? all[0];
    code.textContent = call.right;
    wrong.textContent = call.wrong ? `Not: ${call.wrong}` : "";
  };
  choice.value = localStorage.getItem(LANGUAGE) ?? all[0].language;
  if (!choice.value) choice.value = all[0].language;
  choice.addEventListener("change", () => {
    localStorage.setItem(LANGUAGE, choice.value);
    turn();
  });
  turn();
  return element("details", null, element("summary", null, "The right call in your language"), choice, code, wrong);
}

function difference(both) {
  const side = (pieces) => pieces.map((piece) => (piece.same ? piece.text : element("mark", null, piece.text)));
  return section(
    "What was signed",
    element("pre", { className: "yours" }, ...side(both.yours)),
    element("h3", null, "What is right"),
    element("pre", { className: "expected" }, ...side(both.expected)),
  );
}

function stages(all) {
  const items = all.map((stage) =>
    element(
      "li",
      null,
      element("strong", null, stage.title),
      element("span", { className: "faint" }, ` RFC 5849 section ${stage.section}`),
      element("p", null, stage.says),
      stage.lines.length > 0
        ? element("pre", null, ...stage.lines.flatMap((line, at) => [
            at > 0 ? "\n" : "",
            line.from ? element("span", { className: "from" }, line.from.padEnd(8)) : "",
            line.text,
          ]))
        : null,
    ),
  );
  return element("details", null, element("summary", null, "How the right signature is made, step by step"), element("ol", { className: "stages" }, ...items));
}

function paste() {
  byId("paste-error").textContent = "";
  byId("paste").showModal();
  byId("paste-input").focus();
}

byId("paste-open").addEventListener("click", paste);
byId("paste-close").addEventListener("click", () => byId("paste").close());
byId("paste-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const value = (id) => byId(`paste-${id}`).value;
  const body = { input: value("input"), base_string: value("base-string"), scheme: value("scheme") || null, provider: value("provider") };
  if (value("consumer-secret")) body.consumer_secret = value("consumer-secret");
  if (value("token-secret")) body.token_secret = value("token-secret");
  byId("paste-error").textContent = "Diagnosing…";
  const failed = (text) => (byId("paste-error").textContent = text);
  try {
    const answer = await ask("diagnose", body);
    if (!answer.ok) return failed(await answer.text());
    const { views, error } = await answer.json();
    if (error) return failed([error.line ? `Line ${error.line}: ${error.message}` : error.message, error.help].filter(Boolean).join("\n"));
    chosen = null;
    show();
    detail(...views.flatMap(view));
    byId("paste").close();
    byId("detail").focus();
    byId("detail").scrollTop = 0;
  } catch {
    failed("diagnose serve has ended, or cannot be reached.");
  }
});

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, dialog");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const ids = [...requests.keys()].sort((a, b) => b - a);
  const at = ids.indexOf(chosen);
  if (event.key === "p") {
    event.preventDefault();
    paste();
  } else if (event.key === "j" && ids.length > 0) {
    open(ids[Math.min(at + 1, ids.length - 1)], true);
  } else if (event.key === "k" && ids.length > 0) {
    open(ids[Math.max(at - 1, 0)], true);
  }
});

watch();

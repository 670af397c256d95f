// The page of `diagnose serve` in a real browser: node page.mjs CAPTURE PAGE DIRECTORY-FOR-SCREENSHOTS
// CAPTURE and PAGE are the addresses that it printed; RIGHT, WRONG and HOSTILE in the environment are raw requests in base64.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import net from "node:net";
import path from "node:path";

const [capture, page, screenshots] = process.argv.slice(2);
const { chromium } = createRequire(process.env.PLAYWRIGHT + "/")("playwright-core");

/** Sends a raw request, and gives the status that it was answered. */
function send(base64) {
  const { hostname, port } = new URL(capture);
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = net.connect(Number(port), hostname, () => socket.write(Buffer.from(base64, "base64")));
    socket.on("data", (data) => (answer += data));
    socket.on("end", () => resolve(answer.split(" ")[1]));
    socket.on("error", reject);
  });
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const tab = await context.newPage();
const asked = [];
const complaints = [];
tab.on("request", (request) => asked.push(request.url()));
tab.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
tab.on("pageerror", (error) => complaints.push(String(error)));
tab.on("dialog", (dialog) => complaints.push(`dialog ${dialog.message()}`));
const shoot = (name) => tab.screenshot({ path: path.join(screenshots, `${name}.png`) });
const item = (number) => tab.locator("#list button").nth(number);

// Empty, and the token is not in the address.
await tab.goto(page);
await tab.getByText("No request has arrived yet.").waitFor();
await tab.getByText(capture).waitFor();
assert.equal(await tab.locator("#state").innerText(), "Listening");
assert.equal(new URL(tab.url()).hash, "");
await shoot("1-empty");

// A right and a wrong request appear by themselves.
assert.equal(await send(process.env.RIGHT), "200");
await tab.locator("#list button.right").waitFor({ timeout: 10_000 });
assert.equal(await send(process.env.WRONG), "401");
await tab.locator("#list button.wrong").waitFor({ timeout: 10_000 });
assert.match(await item(0).innerText(), /signed another method than it sent/);
assert.match(await tab.locator("#state").innerText(), /2 requests: 1 right, 1 wrong, 0 unknown/);

// Clicked, it shows what is wrong, where, and how it is mended.
await item(0).click();
await tab.getByText("Proved: this mistake reproduces the signature that was sent, bit for bit.").waitFor();
const detail = await tab.locator("#detail").innerText();
for (const told of ["method-wrong", "Fix:", "What was signed", "What is right"]) assert.ok(detail.includes(told), `${told}: ${detail}`);
assert.equal(await tab.locator(".yours mark").first().innerText(), "GET");
assert.equal(await tab.locator(".expected mark").first().innerText(), "PUT");
await shoot("2-wrong");
await tab.getByText("How the right signature is made, step by step").click();
await tab.getByText("The signature base string", { exact: true }).waitFor();
await tab.getByText("The request as it arrived").click();
await shoot("3-steps-light");
await tab.emulateMedia({ colorScheme: "dark" });
await shoot("3-steps-dark");
const colours = async () => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
const dark = await colours();
await tab.emulateMedia({ colorScheme: "light" });
assert.notEqual(await colours(), dark);

// Reloaded, it is still there: the token is kept for this tab.
await tab.reload();
await tab.locator("#list button.wrong").waitFor({ timeout: 10_000 });

// What a stranger sent is text.
assert.notEqual(await send(process.env.HOSTILE), "200");
await tab.locator("#list button").nth(2).waitFor({ timeout: 10_000 });
await item(0).click();
await tab.locator("#detail h2").filter({ hasText: "3. " }).or(tab.locator("#detail h2")).first().waitFor();
await tab.locator("#detail summary").last().click();
const shown = await tab.locator("#detail").innerText();
assert.ok(shown.includes("<script>") && shown.includes("onerror="), shown);
assert.equal(await tab.locator("script").count(), 1);
assert.equal(await tab.locator("img, svg, iframe, a").count(), 0);
await shoot("4-hostile");

// With the keyboard alone: through the list, paste, diagnose.
await tab.locator("h1").click();
await tab.keyboard.press("j");
await tab.locator("#list button[aria-current=true]").waitFor();
await tab.keyboard.press("j");
await tab.keyboard.press("k");
await tab.keyboard.press("p");
await tab.locator("#paste[open]").waitFor();
assert.equal(await tab.evaluate(() => document.activeElement.id), "paste-input");
await tab.keyboard.insertText("nonsense that is no capture");
const submit = async () => {
  await tab.locator("#paste-provider").focus();
  await tab.keyboard.press("Enter");
};
await submit();
await tab.locator("#paste-error").filter({ hasText: /./ }).waitFor();
await tab.waitForFunction(() => !/^Diagnosing/.test(document.getElementById("paste-error").textContent));
await shoot("5-paste-error");
await tab.locator("#paste-input").fill(Buffer.from(process.env.PASTED, "base64").toString());
for (const [field, value] of [["consumer-secret", "j49sk3j29djd"], ["token-secret", "dh893hdasih9"]]) {
  await tab.locator(`#paste-${field}`).focus();
  await tab.keyboard.insertText(value);
}
await submit();
await tab.locator("#paste[open]").waitFor({ state: "detached" }).catch(() => {});
await tab.getByText("method-wrong").first().waitFor({ timeout: 15_000 });
assert.equal(await tab.evaluate(() => document.activeElement.id), "detail");
await shoot("6-pasted");

// Narrow, as on half a screen.
await tab.setViewportSize({ width: 500, height: 900 });
await shoot("7-narrow");
const overflow = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
assert.ok(overflow <= 0, `${overflow} pixels too wide`);

// Without the token there is nothing to be seen.
const stranger = await context.newPage();
await stranger.goto(new URL("/", page).href);
await stranger.getByText("open the whole address that diagnose serve printed").waitFor();
assert.equal(await stranger.locator("#list button").count(), 0);

const origin = new URL(page).origin;
assert.deepEqual(asked.filter((url) => !url.startsWith(origin)), []);
assert.deepEqual(complaints, []);
await browser.close();
console.log("ok");

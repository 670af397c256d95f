//! How much of a request is looked at? A request far beyond what any client sends is refused in a sentence, before anybody
//! sorts, aligns or searches in it.

use crate::{Captured, error::CaptureError};
use oauth1_core::{
    parameters::{Parameter, Source, collect_parameters},
    request::Request,
};

const MOST_PARAMETERS: usize = 10_000;
/// Bytes of a name or a value, as sent.
const LONGEST: usize = 64 << 10;

/// Marks requests beyond the limits as not checked.
///
/// # Errors
/// When there is no other request.
pub(crate) fn check(input: &[u8], mut all: Vec<Captured>) -> Result<Vec<Captured>, CaptureError> {
    if let [
        Captured {
            request: Some(captured),
            ..
        },
    ] = all.as_slice()
        && let Some(why) = excess(&captured.request)
    {
        let help =
            "send a shorter request: a mistake that it shares with this one shows there as well";
        return Err(CaptureError::at(input, 0, why, help));
    }
    all.iter_mut().for_each(apply);
    Ok(all)
}

/// Marks a request beyond the limits as not checked.
pub(crate) fn apply(captured: &mut Captured) {
    let request = captured.request.as_ref();
    if let Some(why) = request.and_then(|captured| excess(&captured.request)) {
        captured.unchecked = Some(why);
        captured.request = None;
    }
}

/// What there is too much of.
fn excess(request: &Request) -> Option<String> {
    // Nearly always there is too little for too much of anything.
    let header: usize = request
        .header_values("Authorization")
        .map(<[u8]>::len)
        .sum();
    let query = request.query.as_ref().map_or(0, Vec::len);
    if header + query + request.body.len() <= MOST_PARAMETERS {
        return None;
    }
    let parameters = collect_parameters(request).list;
    let count = parameters.len();
    if count > MOST_PARAMETERS {
        return Some(format!(
            "the request has {count} parameters; at most {MOST_PARAMETERS} are checked"
        ));
    }
    let mut numbers = [0; 3];
    parameters.iter().find_map(|parameter| {
        let (index, place) = match parameter.source {
            Source::Header => (0, "Authorization header"),
            Source::Query => (1, "query"),
            Source::Body => (2, "form body"),
        };
        numbers[index] += 1;
        let (part, length) = longer_part(parameter);
        (length > LONGEST).then(|| {
            format!(
                "the {part} of parameter {} in the {place} is {length} bytes long; at most {LONGEST} are checked",
                numbers[index]
            )
        })
    })
}

fn longer_part(parameter: &Parameter<'_>) -> (&'static str, usize) {
    let name = parameter.raw_name.len();
    let value = parameter.raw_value.map_or(0, <[u8]>::len);
    if name > value {
        ("name", name)
    } else {
        ("value", value)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Format, Hints, read};

    fn told(input: &str, format: Format) -> Result<usize, String> {
        match read(input.as_bytes(), Some(format), &Hints::default()) {
            Ok(all) => Ok(all.len()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// L05
    #[test]
    fn too_many_parameters_are_an_error() {
        let url = |count| format!("http://h/?{}", "a=b&".repeat(count));
        assert_eq!(told(&url(10_000), Format::Url), Ok(1));
        for count in [10_001, 100_000] {
            let error = told(&url(count), Format::Url).unwrap_err();
            assert!(error.contains(&format!("{count} parameters")), "{error}");
            assert!(error.contains("send a shorter request"), "{error}");
        }
    }

    /// L06
    #[test]
    fn a_name_or_value_that_is_too_long_is_an_error() {
        let long = |bytes| "x".repeat(bytes);
        let body = |bytes| {
            format!(
                "POST /?a=b HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nc=d&e={}",
                long(bytes)
            )
        };
        assert_eq!(told(&body(65_536), Format::Http), Ok(1));
        for length in [65_537, 655_360] {
            let error = told(&body(length), Format::Http).unwrap_err();
            let expected =
                format!("the value of parameter 2 in the form body is {length} bytes long");
            assert!(error.contains(&expected), "{error}");
        }
        let error = told(&format!("http://h/?{}=a", long(70_000)), Format::Url).unwrap_err();
        assert!(
            error.contains("the name of parameter 1 in the query"),
            "{error}"
        );
    }

    /// One of several does not hide the others.
    #[test]
    fn of_several_requests_one_may_be_too_long() {
        let long = "x".repeat(70_000);
        let commands =
            format!("curl 'http://h/?oauth_token={long}' --next 'http://h/?oauth_token=a'");
        let all = read(commands.as_bytes(), None, &Hints::default()).unwrap();
        let unchecked: Vec<_> = all.iter().map(|case| case.unchecked.is_some()).collect();
        assert_eq!(unchecked, [true, false]);
        let entry = |token: &str| {
            format!(
                "{{\"request\":{{\"method\":\"GET\",\"url\":\"http://h/?oauth_token={token}\"}}}}"
            )
        };
        let har = format!(
            "{{\"log\":{{\"entries\":[{},{}]}}}}",
            entry(&long),
            entry("a")
        );
        let all = read(har.as_bytes(), None, &Hints::default()).unwrap();
        let unchecked: Vec<_> = all.iter().map(|case| case.unchecked.is_some()).collect();
        assert_eq!(unchecked, [true, false]);
    }
}

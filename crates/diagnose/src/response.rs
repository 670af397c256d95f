//! What did the provider say? Its answer, understood as far as it is known.

use oauth1_capture::{
    answer::{Refused, recognise},
    response::Response,
};
use oauth1_diagnosis::evidence::ProviderAnswer;

/// An answer in plain words; one that is not known is said to be so, and nothing is guessed from it.
pub(crate) fn understand(response: &Response) -> ProviderAnswer {
    let Some(answer) = recognise(response) else {
        return ProviderAnswer {
            meaning: not_known(response),
            ..ProviderAnswer::default()
        };
    };
    ProviderAnswer {
        provider: answer.provider.map(str::to_owned),
        meaning: answer.meaning,
        signature_refused: match answer.refused {
            Refused::Signature => Some(true),
            Refused::Other | Refused::Nothing => Some(false),
            Refused::Unsaid => None,
        },
        todo: Some(answer.todo.to_owned()),
        base_string: answer.base_string,
    }
}

fn not_known(response: &Response) -> String {
    let summary = response.summary();
    let succeeded = response.status.is_some_and(|status| status / 100 == 2);
    if summary.is_empty() {
        "The answer is empty.".into()
    } else if succeeded {
        format!("The request was answered with success: {summary}.")
    } else {
        format!("This answer is not one that is known; it says: {summary}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_is_not_known_is_said_to_be_so() {
        let told = |status, body: &str| {
            understand(&Response {
                status,
                body: body.into(),
                ..Response::default()
            })
            .meaning
        };
        assert_eq!(
            told(Some(401), "{\"a\":\"s3cr3t\"}"),
            "This answer is not one that is known; it says: status 401, JSON."
        );
        assert_eq!(
            told(Some(204), ""),
            "The request was answered with success: status 204."
        );
        assert_eq!(told(None, ""), "The answer is empty.");
    }
}

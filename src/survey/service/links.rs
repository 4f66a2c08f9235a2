//! Links 一户一码: a random token for each household, shown once, of which the SHA-256 is kept. A link
//! serves its household until the close; a new one ends the one before.

use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    answers::HouseholdView,
    facts::{get_survey, person},
};
use crate::kernel::{
    Code, Outcome, Refusal, SurveyHouseholdId, SurveyId, SurveyLinkId, UtcTime, hex,
};
use crate::platform::{
    auth::Reach,
    db::{Conn, WriteTx},
};
use crate::survey::{
    model::{HouseholdRow, LinkRow, SurveyCommand, SurveyRow},
    rules::state::next_state,
    store,
};

/// Whom links are issued to.
#[derive(Debug, Clone, Default)]
pub struct LinksFor {
    /// One building only.
    pub building: Option<String>,
    /// These households only; all where empty.
    pub household_ids: Vec<SurveyHouseholdId>,
}

/// A household with its link. The token can't be shown again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct IssuedLink {
    /// The household.
    #[serde(flatten)]
    pub household: HouseholdView,
    /// The token.
    pub token: String,
    /// Where it leads.
    pub url: String,
}

/// The links that were issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct IssuedLinks {
    /// The survey's title.
    pub title: String,
    /// Until when they serve.
    pub closes_at: UtcTime,
    /// In the order of the roll.
    pub links: Vec<IssuedLink>,
}

fn hash(token: &str) -> String {
    hex::encode(&Sha256::digest(token.as_bytes()))
}

/// Where a token leads.
#[must_use]
pub fn url_of(public_url: &str, token: &str) -> String {
    format!("{public_url}/api/v1/public/survey-links/{token}/page")
}

/// Issues links for the households of a survey.
///
/// # Errors
/// `not_found`; `survey_state_conflict`; `survey_household_unknown` where none of the roll is meant.
pub fn issue(
    tx: &mut WriteTx<'_>,
    (id, reach): (SurveyId, &Reach),
    (wanted, public_url): (&LinksFor, &str),
) -> Outcome<IssuedLinks> {
    let survey = get_survey(tx.conn(), id, reach)?;
    next_state(survey.state, SurveyCommand::IssueLinks)?;
    let (issued_by, _) = person(tx)?;
    let now = tx.legal_now();
    let mut roll = store::surveys::list_households(tx.conn(), id)?;
    if let Some(building) = &wanted.building {
        roll.retain(|household| household.building == *building);
    }
    if !wanted.household_ids.is_empty() {
        roll.retain(|household| wanted.household_ids.contains(&household.id));
    }
    if roll.is_empty() {
        return Err(Refusal::new(Code::SurveyHouseholdUnknown));
    }
    let (mut rows, mut links) = (Vec::new(), Vec::new());
    for household in roll {
        let token = hex::encode(&rand::random::<[u8; 16]>());
        rows.push(LinkRow {
            id: SurveyLinkId::new(),
            survey_id: id,
            household_id: household.id,
            token_hash: hash(&token),
            issued_at: now,
            issued_by,
            replaced_at: None,
        });
        let url = url_of(public_url, &token);
        links.push(IssuedLink { household: household.into(), token, url });
    }
    store::answers::replace_links(tx.conn(), &rows, now)?;
    let after = json!({ "links": rows.len(), "building": wanted.building });
    tx.audit("survey.links_issued", ("survey", id), (None, Some(&after)));
    Ok(IssuedLinks { title: survey.title, closes_at: survey.closes_at, links })
}

/// The household that a token names, with its survey and link.
///
/// # Errors
/// `survey_link_unknown` for any other token, and for one that was replaced.
pub fn household_of_token(
    conn: &mut Conn,
    token: &str,
) -> Outcome<(SurveyRow, HouseholdRow, SurveyLinkId)> {
    let unknown = || Refusal::new(Code::SurveyLinkUnknown);
    let link = store::answers::find_link(conn, &hash(token))?.ok_or_else(unknown)?;
    let survey = store::surveys::find_survey(conn, link.survey_id)?.ok_or_else(unknown)?;
    let found = store::surveys::find_household(conn, link.household_id)?;
    Ok((survey, found.ok_or_else(unknown)?, link.id))
}

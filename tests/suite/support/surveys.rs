//! What surveys answer to projects: whatever a test says, and those that were really held.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use jiugai::{
    app::survey_gates,
    kernel::{Outcome, ReferenceId},
    platform::db::Conn,
    renovation::{Choices, GateAnswer, SurveyGates},
};

/// Answers by survey.
#[derive(Clone, Default)]
pub struct Surveys(Arc<Mutex<HashMap<ReferenceId, GateAnswer>>>);

impl Surveys {
    /// A survey that answers so.
    pub fn add(&self, answer: GateAnswer) -> ReferenceId {
        let id = ReferenceId::new();
        self.set(id, answer);
        id
    }

    /// From now on it answers so.
    pub fn set(&self, id: ReferenceId, answer: GateAnswer) {
        self.0.lock().unwrap().insert(id, answer);
    }
}

impl SurveyGates for Surveys {
    fn find_choices(&self, conn: &mut Conn, id: ReferenceId) -> Outcome<Option<Choices>> {
        survey_gates::Surveys.find_choices(conn, id)
    }

    fn find_gate(&self, conn: &mut Conn, id: ReferenceId) -> Outcome<Option<GateAnswer>> {
        let answer = self.0.lock().unwrap().get(&id).cloned();
        // A survey that was really held answers for itself.
        if answer.is_some() { Ok(answer) } else { survey_gates::Surveys.find_gate(conn, id) }
    }
}

//! The agenda of a vote: an item with options is a question, and each of its options an item that owners
//! are for or not. Everything that counts, prints or proves items does so for options, too.

use crate::kernel::{Code, ItemId, Outcome, QuestionId, Refusal, VoteId};
use crate::platform::db::Conn;
use crate::voting::{
    model::{ItemClass, ItemRow, NewItem, NewOptions, QuestionRow},
    rules::{
        pack::RulePack,
        questions::{self, Question},
    },
    store::{questions as store, votes},
};

/// The rows of an agenda, in the order of the ballot.
#[derive(Debug, Clone, Default)]
pub struct Agenda {
    /// Questions.
    pub questions: Vec<QuestionRow>,
    /// Items, those that are options included.
    pub items: Vec<ItemRow>,
}

impl Agenda {
    /// The agenda of a vote.
    ///
    /// # Errors
    /// Of the database.
    pub fn load(conn: &mut Conn, vote_id: VoteId) -> Outcome<Self> {
        let questions = store::list_questions(conn, vote_id)?;
        Ok(Self { questions, items: votes::list_items(conn, vote_id)? })
    }

    /// Its questions, as the rules know them.
    #[must_use]
    pub fn rules(&self, pack: &RulePack) -> Vec<Question> {
        self.questions.iter().map(|row| self.rule(row, pack)).collect()
    }

    fn rule(&self, row: &QuestionRow, pack: &RulePack) -> Question {
        let places = self.items.iter().enumerate();
        let options = places.filter(|(_, item)| item.question_id == Some(row.id));
        Question {
            title: row.title.clone(),
            options: options.map(|(place, _)| place).collect(),
            choose_at_most: usize::try_from(row.choose_at_most).unwrap_or(0),
            seats: usize::try_from(row.seats).unwrap_or(0),
            kind: row.kind,
            rank_by: questions::rank_by(pack),
        }
    }

    /// Its numbers on the ballot where `question` is one of its questions.
    pub fn positions(&self, question: QuestionId) -> impl Iterator<Item = i32> {
        let options = self.items.iter().filter(move |item| item.question_id == Some(question));
        options.map(|item| item.position)
    }

    /// The same agenda, to be drafted anew.
    #[must_use]
    pub fn again(&self) -> Vec<NewItem> {
        let again = |item: &ItemRow| {
            let matters = item.matter.split(',').map(str::to_owned).collect();
            let (title, description, options) = match item.question_id {
                None => (item.title.clone(), item.description.clone(), None),
                Some(id) => {
                    // A question stands where its first option does.
                    let first = |row: &&QuestionRow| row.id == id && row.position == item.position;
                    let row = self.questions.iter().find(first)?;
                    (row.title.clone(), row.description.clone(), Some(self.options_of(row)))
                }
            };
            Some(NewItem { title, description, matters, options })
        };
        self.items.iter().filter_map(again).collect()
    }

    fn options_of(&self, row: &QuestionRow) -> NewOptions {
        let options = self.items.iter().filter(|item| item.question_id == Some(row.id));
        let unsigned = |number: i32| u32::try_from(number).unwrap_or(0);
        NewOptions {
            kind: row.kind,
            choose_at_most: unsigned(row.choose_at_most),
            seats: unsigned(row.seats),
            options: options.map(|item| (item.title.clone(), item.description.clone())).collect(),
        }
    }

    /// Puts an item on the agenda; `pointer` is where it stands in the request.
    ///
    /// # Errors
    /// `invalid_field` where the numbers of its options do not hang together.
    pub(super) fn add(
        &mut self,
        (vote_id, pointer): (VoteId, &str),
        (item, class): (&NewItem, ItemClass),
    ) -> Outcome<()> {
        let Some(options) = &item.options else {
            return self.push(vote_id, (item, class), (&item.title, &item.description), None);
        };
        let (id, position) = (QuestionId::new(), self.next()?);
        self.questions.push(QuestionRow {
            id,
            vote_id,
            position,
            title: item.title.clone(),
            description: item.description.clone(),
            kind: options.kind,
            choose_at_most: checked(options, pointer)?,
            seats: i32::try_from(options.seats).map_err(Refusal::internal)?,
        });
        for (title, description) in &options.options {
            self.push(vote_id, (item, class), (title, description), Some(id))?;
        }
        Ok(())
    }

    fn push(
        &mut self,
        vote_id: VoteId,
        (item, class): (&NewItem, ItemClass),
        (title, description): (&str, &str),
        question_id: Option<QuestionId>,
    ) -> Outcome<()> {
        self.items.push(ItemRow {
            id: ItemId::new(),
            vote_id,
            position: self.next()?,
            title: title.to_owned(),
            description: description.to_owned(),
            matter: item.matters.join(","),
            class,
            question_id,
        });
        Ok(())
    }

    fn next(&self) -> Outcome<i32> {
        i32::try_from(self.items.len() + 1).map_err(Refusal::internal)
    }
}

/// How many options a ballot may choose, once the numbers hang together.
fn checked(options: &NewOptions, pointer: &str) -> Outcome<i32> {
    let titles = options.options.iter().map(|(title, _)| title.trim());
    let twice = |(at, title): &(usize, &str)| titles.clone().take(*at).any(|other| other == *title);
    if let Some((at, _)) = titles.clone().enumerate().find(twice) {
        let pointer = format!("{pointer}/options/options/{at}/title");
        return Err(Refusal::field(Code::InvalidField, &pointer, "another option is called so"));
    }
    let (most, seats) = (options.choose_at_most, options.seats);
    let number = |number| usize::try_from(number).unwrap_or(usize::MAX);
    let count = options.options.len();
    if questions::fits(count, number(most), number(seats)) {
        return i32::try_from(most).map_err(Refusal::internal);
    }
    let detail = format!(
        "1 ≤ seats ({seats}) ≤ choose_at_most ({most}) ≤ options ({count}), and at least 2 options"
    );
    Err(Refusal::field(Code::InvalidField, &format!("{pointer}/options"), detail))
}

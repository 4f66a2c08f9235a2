//! Handlers: extract → command → `db.write` or `db.read` → dto. No SQL, no rules.

mod amendments;
mod ballots;
mod composites;
mod deliveries;
mod delivery_photos;
mod disputes;
mod extensions;
mod log;
mod log_posted;
mod notices;
mod objections;
mod packs;
mod pages;
mod paper;
mod paper_ledger;
mod proxies;
mod questions;
mod receipts;
mod rechecks;
mod reminders;
mod results;
mod rolls;
mod scans;
mod show;
mod sittings;
mod steps;
mod transfers;
mod votes;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(votes::create_vote)
        .service(votes::list_votes)
        .service(votes::get_vote)
        .service(votes::update_vote)
        .service(votes::clone_vote)
        .service(votes::create_material)
        .service(votes::get_material)
        .service(votes::delete_material)
        .service(votes::list_transitions)
        .service(steps::get_readiness)
        .service(steps::freeze_roll)
        .service(steps::unfreeze_roll)
        .service(steps::give_notice)
        .service(steps::open_vote)
        .service(steps::close_vote)
        .service(steps::count_vote)
        .service(steps::publish_result)
        .service(steps::confirm_result)
        .service(steps::void_vote)
        .service(rolls::list_roll_units)
        .service(rolls::get_roll_totals)
        .service(ballots::list_own_heads)
        .service(ballots::cast_ballot)
        .service(ballots::get_participation)
        .service(ballots::list_attempts)
        .service(results::explain_result)
        .service(questions::create_run_off)
        .service(packs::list_rule_packs)
        .service(packs::get_rule_pack)
        .service(packs::create_rule_pack)
        .configure(amendments::routes)
        .configure(extensions::routes)
        .configure(proxies::routes)
        .configure(transfers::routes)
        .configure(paper_ledger::routes)
        .configure(paper::routes)
        .configure(scans::routes)
        .configure(rechecks::routes)
        .configure(composites::routes)
        .configure(deliveries::routes)
        .configure(delivery_photos::routes)
        .configure(disputes::routes)
        .configure(notices::routes)
        .configure(receipts::routes)
        .configure(reminders::routes)
        .configure(sittings::routes)
        .configure(objections::routes)
        .configure(pages::routes)
        .configure(log::routes)
        .configure(log_posted::routes);
}

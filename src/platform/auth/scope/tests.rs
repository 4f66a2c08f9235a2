//! What `scope` promises, one test a promise.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn community(n: u8) -> CommunityId {
    CommunityId::from_uuid(Uuid::from_bytes([n; 16]))
}
fn building(n: u8) -> BuildingId {
    BuildingId::from_uuid(Uuid::from_bytes([n; 16]))
}

/// A small world: 4 divisions of 12 digits, 2 communities each, 2 buildings each, so that chance
/// meets containment often.
const DIVISIONS: [&str; 4] = ["330203001001", "330203001002", "330203002001", "110101001001"];

fn place_of_building(n: u8) -> Place {
    Place { building_id: Some(building(n)), ..place_of_community(n / 2) }
}
fn place_of_community(n: u8) -> Place {
    let division_code = DIVISIONS[usize::from(n / 2) % 4].to_owned();
    Place { division_code, community_id: Some(community(n)), building_id: None }
}

fn any_prefix() -> impl Strategy<Value = String> {
    (0..4usize, prop::sample::select(vec![2usize, 4, 6, 9, 12]))
        .prop_map(|(at, length)| DIVISIONS[at][..length].to_owned())
}

/// A scope together with the place that stands for it when it is to be granted.
fn any_scope() -> impl Strategy<Value = (Scope, Place)> {
    prop_oneof![
        Just((Scope::Everything, Place::default())),
        any_prefix().prop_map(|prefix| {
            let place = Place { division_code: prefix.clone(), ..Place::default() };
            (Scope::Division(prefix), place)
        }),
        (0..8u8).prop_map(|n| (Scope::Community(community(n)), place_of_community(n))),
        (0..16u8).prop_map(|n| (Scope::Building(building(n)), place_of_building(n))),
    ]
}

fn any_place() -> impl Strategy<Value = Place> {
    prop_oneof![(0..8u8).prop_map(place_of_community), (0..16u8).prop_map(place_of_building)]
}

proptest! {
    /// What may be granted is never wider than what the grantor has: if my scope covers the place
    /// of another scope, it covers everything that the other scope covers.
    #[test]
    fn a_covered_scope_is_a_subset(
        (mine, _) in any_scope(),
        (other, at) in any_scope(),
        thing in any_place(),
    ) {
        if mine.covers(&at) && other.covers(&thing) {
            prop_assert!(mine.covers(&thing), "{mine:?} {other:?} {thing:?}");
        }
    }

    #[test]
    fn every_scope_covers_its_own_place((scope, at) in any_scope()) {
        prop_assert!(scope.covers(&at));
    }

    #[test]
    fn covering_is_transitive((a, _) in any_scope(), (b, at_b) in any_scope(), (c, at_c) in any_scope()) {
        let _ = c;
        if a.covers(&at_b) && b.covers(&at_c) {
            prop_assert!(a.covers(&at_c));
        }
    }

    #[test]
    fn only_everything_covers_the_deployment((scope, _) in any_scope()) {
        prop_assert_eq!(scope.covers(&Place::default()), scope == Scope::Everything);
    }

    #[test]
    fn a_reach_is_the_union_of_its_scopes(
        scopes in prop::collection::vec(any_scope(), 0..4),
        thing in any_place(),
    ) {
        let scopes: Vec<Scope> = scopes.into_iter().map(|(scope, _)| scope).collect();
        let any = scopes.iter().any(|scope| scope.covers(&thing));
        prop_assert_eq!(Reach::new(scopes, None).covers(&thing), any);
    }

    #[test]
    fn kind_and_reference_give_the_scope_back((scope, _) in any_scope()) {
        prop_assert_eq!(Scope::of(scope.kind(), &scope.reference()), Ok(scope));
    }
}

#[test]
fn a_division_is_named_at_its_levels_only() {
    for bad in ["", "3", "330", "33020", "3302030", "33020x", "３３０２０３", "3302030010011", "%"]
    {
        assert!(Scope::of(ScopeKind::Division, bad).is_err(), "{bad}");
    }
    assert!(Scope::of(ScopeKind::Everything, "33").is_err());
    assert!(Scope::of(ScopeKind::Community, "33").is_err());
}

#[test]
fn the_own_scope_covers_no_place_and_carries_the_owner() {
    let owner = OwnerId::new();
    let reach = Reach::new(vec![Scope::Own], Some(owner));
    assert_eq!(reach.owner_id(), Some(owner));
    assert!(!reach.covers(&place_of_building(1)));
    assert_eq!(Reach::new(vec![Scope::Community(community(1))], Some(owner)).owner_id(), None);
}

#[test]
fn a_reach_gives_its_parts_to_a_filter() {
    let scopes = vec![
        Scope::Division("3302".to_owned()),
        Scope::Community(community(1)),
        Scope::Building(building(2)),
    ];
    let reach = Reach::new(scopes, None);
    assert_eq!(reach.divisions(), ["3302"]);
    assert_eq!(reach.communities(), [community(1)]);
    assert_eq!(reach.buildings(), [building(2)]);
    assert!(!reach.is_everything() && !reach.is_empty());
    assert!(Reach::everything().is_everything());
    assert!(Reach::default().is_empty());
}

DROP TABLE vote_clones;
DROP TABLE composite_decisions;
DROP TABLE composite_members;
DROP TABLE composite_places;
DROP TABLE composites;

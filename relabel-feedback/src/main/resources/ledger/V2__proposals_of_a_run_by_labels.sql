-- Proposals of a run of one label for another, in the order of an index.
CREATE INDEX proposals_run_labels ON proposals (run_id, label, proposed, seq);

-- Since when the consent holds that a captured sample is kept under, as text: it is only compared, and no digit may go.
-- None for samples captured before this was told.
ALTER TABLE samples ADD COLUMN consented_since VARCHAR(40);

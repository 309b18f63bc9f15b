-- Where a number's calls were told to go, as it was last seen at its provider: an address of ours, and since when. Null: not here,
-- or only by an address that somebody pasted there.
alter table connections add column calls_url text;
alter table connections add column calls_set_at timestamptz;
alter table connections add constraint connections_calls check ((calls_url is null) = (calls_set_at is null));

-- A purchase keeps nobody but its own business from buying the same number: in another Twilio account it is Twilio who decides.
-- Managed numbers have a subaccount each, and pick another one where theirs is gone.
drop index activations_number;
create unique index activations_number on activations (account_id, phone_number) where due_at is not null and kind = 'bought';

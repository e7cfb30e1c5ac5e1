create table training_practices (
  id text primary key,
  person text not null,
  scenario text not null,
  seed text not null,
  notes text not null,
  state text not null,
  ending text not null,
  ended_by text not null,
  started timestamptz not null,
  ended timestamptz,
  conversation text not null unique
);
--bun:split
create index training_practices_person on training_practices (person, id);
--bun:split
create table training_lines (
  practice text not null references training_practices (id),
  seq integer not null,
  role text not null,
  text text not null,
  at bigint not null,
  delay bigint not null,
  primary key (practice, seq)
);

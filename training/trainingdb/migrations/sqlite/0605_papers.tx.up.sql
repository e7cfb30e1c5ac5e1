alter table training_practices add column paper text not null default '';
--bun:split
alter table training_practices add column limit_ms integer not null default 0;
--bun:split
alter table training_practices add column deadline timestamp;
--bun:split
alter table training_practices add column worded boolean not null default false;
--bun:split
create unique index training_practices_paper on training_practices (paper) where paper <> '';
--bun:split
create index training_practices_deadline on training_practices (deadline) where state = 'talking';
--bun:split
create index training_practices_retakes on training_practices (retakes) where retakes <> '';
--bun:split
create table training_papers (
  id text primary key,
  person text not null,
  scenario text not null,
  limit_ms integer not null,
  worded boolean not null,
  set_by text not null,
  set_at timestamp not null,
  withdrawn timestamp
);
--bun:split
create index training_papers_person on training_papers (person, id);
--bun:split
create index training_papers_by on training_papers (set_by, id);

alter table training_practices add column retakes text not null default '';
--bun:split
alter table training_practices add column from_line integer not null default 0;

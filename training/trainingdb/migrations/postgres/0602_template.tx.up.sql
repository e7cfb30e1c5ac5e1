alter table training_lines add column template text not null default '';

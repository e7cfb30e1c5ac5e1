alter table training_practices add column scenario_version text not null default '';

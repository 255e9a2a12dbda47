SELECT name FROM entities

package language

// model is the statistical part, trained by the train package.
type model struct{}

func (*model) judge(_ *hearing, marks []mark) []mark { return marks }

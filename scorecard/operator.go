package scorecard

// Kind is the kind of value a parameter takes.
type Kind int

// The kinds.
const (
	KindTest     Kind = iota // a test
	KindTests                // a list of tests
	KindActs                 // one act or a list
	KindPhrases              // a list of phrases, or one list a language
	KindRegex                // a regular expression, or one a language (RE2)
	KindInt                  // a whole number
	KindDuration             // "10 s", "800 ms", "2 min"
	KindShare                // "30 %"
	KindChoice               // one of Param.Choices
	KindText                 // a text
	KindTexts                // a list of texts
	KindBool                 // true or false
	KindSteps                // the steps of a flow
	KindDistance             // "2 turns", "10 s", "30 characters"
)

// Param is one parameter of an operator. The first parameter of an operator
// may be written without its name.
type Param struct {
	Name     string
	Kind     Kind
	Required bool
	Choices  []string
}

// Operator is one word of the language.
type Operator struct {
	Name   string
	Family int  // of rules.md: 1 words, 2 order, 3 timing, 4 sound, 5 meaning, 6 facts, 7 composition
	Live   bool // whether it can answer while the conversation still grows
	Params []Param
}

// The composing operators, which the evaluator and the checker name.
const (
	OpUse  = "use"  // the test that has a name; written as the bare name
	OpThis = "this" // inside unless: the hit under examination
)

func req(name string, k Kind, choices ...string) Param {
	return Param{Name: name, Kind: k, Required: true, Choices: choices}
}

func opt(name string, k Kind, choices ...string) Param {
	return Param{Name: name, Kind: k, Choices: choices}
}

// operators is the whole language. The parser, the checker, Format, the page
// that edits a card and the reference all read this table.
var operators = []Operator{
	// 1 words
	{"act", 1, true, []Param{req("acts", KindActs)}},
	{"words", 1, true, []Param{opt("any", KindPhrases), opt("all", KindPhrases), opt("none", KindPhrases), opt("at-least", KindInt), opt("of", KindPhrases)}},
	{"regex", 1, true, []Param{req("pattern", KindRegex), opt("except", KindRegex)}},
	{"near", 1, true, []Param{req("a", KindPhrases), req("b", KindPhrases), req("within", KindInt), opt("not-followed-by", KindPhrases)}},
	{"ends-with", 1, true, []Param{req("any", KindPhrases)}},
	{"sounds-like", 1, true, []Param{req("any", KindPhrases)}},
	{"similar", 1, true, []Param{req("to", KindPhrases), opt("at-least", KindShare)}},
	{"entity", 1, true, []Param{req("kind", KindChoice, "amount", "date", "phone", "order-number", "number", "id-number", "email"), opt("equals-field", KindText)}},
	{"read-back", 1, true, []Param{req("kind", KindChoice, "number", "amount", "any"), opt("within", KindDistance)}},
	{"length", 1, true, []Param{req("unit", KindChoice, "characters", "sentences", "turns"), opt("at-least", KindInt), opt("at-most", KindInt), opt("per", KindChoice, "turn", "conversation")}},
	{"language", 1, true, []Param{req("is", KindChoice, "zh", "en")}},
	// 2 order and repetition
	{"order", 2, true, []Param{req("first", KindTest), req("then", KindTest), opt("within", KindDistance)}},
	{"never-until", 2, true, []Param{req("never", KindTest), req("until", KindTest)}},
	{"flow", 2, false, []Param{req("steps", KindSteps), opt("at-least", KindInt), opt("any-order", KindBool)}},
	{"repeats", 2, true, []Param{opt("similar", KindShare), opt("times", KindInt), opt("min-characters", KindInt)}},
	{"asks-again", 2, true, []Param{opt("within", KindDistance), opt("similar", KindShare)}},
	{"recited", 2, false, []Param{req("acts", KindActs), opt("times", KindInt), opt("similar", KindShare)}},
	// 3 timing
	{"silence", 3, true, []Param{req("longer", KindDuration), opt("whose", KindChoice, "agent", "customer", "any"), opt("at-least", KindInt)}},
	{"silence-share", 3, false, []Param{req("above", KindShare)}},
	{"response-time", 3, true, []Param{req("longer", KindDuration), opt("of", KindChoice, "agent", "customer"), opt("measure", KindChoice, "any", "mean")}},
	{"hold", 3, true, []Param{opt("longer", KindDuration), opt("announced", KindBool), opt("at-least", KindInt)}},
	{"rate", 3, true, []Param{opt("above", KindInt), opt("below", KindInt), opt("measure", KindChoice, "turn", "mean", "rise", "fall"), opt("by", KindShare)}},
	{"rate-fit", 3, false, []Param{req("apart", KindShare)}},
	{"overlap", 3, true, []Param{opt("longer", KindDuration), opt("by", KindChoice, "agent", "customer"), opt("floor", KindDuration), opt("yielded", KindBool)}},
	{"talk-share", 3, false, []Param{opt("above", KindShare), opt("below", KindShare)}},
	{"monologue", 3, true, []Param{req("longer", KindDuration)}},
	{"ended-by", 3, false, []Param{req("who", KindChoice, "agent", "customer", "system"), opt("before", KindTest)}},
	// 4 sound: unknown until a recording is there
	{"sound", 4, false, []Param{req("measure", KindChoice, "level", "clipping", "lively", "steadiness", "noise", "one-way"), opt("above", KindInt), opt("below", KindInt)}},
	// 5 meaning
	{"answered", 5, false, []Param{req("each", KindTest), req("by", KindTest), opt("within", KindDistance)}},
	{"promise", 5, false, []Param{req("with", KindChoice, "any", "deadline", "no-deadline", "hedge", "bare")}},
	{"refusal", 5, false, []Param{req("alternative", KindBool)}},
	{"verification", 5, false, []Param{req("is", KindChoice, "right", "too-much", "too-little"), req("asked", KindTest), req("needed", KindTest), req("told", KindTest), opt("public", KindTest), opt("objected", KindTest), opt("given", KindTest), opt("others", KindTest)}},
	{"knowledge", 5, false, []Param{req("answers", KindText), opt("is", KindChoice, "right", "wrong", "unanswered", "asked"), opt("within", KindDistance)}},
	{"model", 5, false, []Param{req("question", KindText)}},
	// 6 facts of the contact
	{"field", 6, true, []Param{req("name", KindText), opt("equals", KindText), opt("one-of", KindTexts), opt("at-least", KindInt), opt("at-most", KindInt), opt("present", KindBool)}},
	{"event", 6, true, []Param{req("kind", KindText), opt("has", KindTexts), opt("name", KindText), opt("equals", KindText), opt("at-least", KindInt)}},
	{"duration", 6, false, []Param{opt("longer", KindDuration), opt("shorter", KindDuration)}},
	{"contact", 6, true, []Param{req("is", KindChoice, "inbound", "outbound", "phone", "chat")}},
	// 7 composition
	{"all", 7, true, []Param{req("of", KindTests)}},
	{"any", 7, true, []Param{req("of", KindTests)}},
	{"not", 7, false, []Param{req("of", KindTest)}},
	{"n-of", 7, true, []Param{req("at-least", KindInt), req("of", KindTests)}},
	{"count", 7, false, []Param{req("of", KindTest), opt("at-least", KindInt), opt("at-most", KindInt), opt("once-a-turn", KindBool)}},
	{OpUse, 7, true, []Param{req("name", KindText)}},
	{OpThis, 7, true, nil},
}

// Operators returns the table of the language.
func Operators() []Operator { return append([]Operator(nil), operators...) }

func operator(name string) *Operator {
	for i := range operators {
		if operators[i].Name == name {
			return &operators[i]
		}
	}
	return nil
}

func operatorNames() []string {
	out := make([]string, 0, len(operators))
	for _, o := range operators {
		if o.Name != OpUse {
			out = append(out, o.Name)
		}
	}
	return out
}

package measure

// Stands is how a thing stands in the account now, whoever put it so.
type Stands struct {
	Value string // what is there, to be compared with what is on record as before
	Text  string // the same, after the thing: "is under acl-1"
	// Ours tells by its tags whether it is what the product puts there, and Closed whether
	// it closes the thing.
	Ours, Closed bool
	// Spoiled says what somebody has changed of what is ours, so that it does not close, and
	// Mend what is to be done about that.
	Spoiled, Mend string
}

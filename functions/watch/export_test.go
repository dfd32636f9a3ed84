package watch

// ParseInput and By are what reads an execution's input, for its tests.
var ParseInput = parseInput

// By is who a hint names for one of the ids.
func (in Input) By(marks ...string) string { return in.hint.by(marks) }

// Since is the shortest time from the last look to one for that input.
var Since = Input.since

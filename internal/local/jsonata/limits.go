package jsonata

import "time"

// An evaluation is bounded by its steps and their nesting first, since a count gives the same answer on every
// machine; the engine's call depth protects the Go stack, and the time is for what happens inside one step.
const (
	maxSteps   = 30_000
	maxNesting = 1_000
	maxCalls   = 5_000
	maxTime    = 30 * time.Second
	maxRange   = 100_000
	maxIdle    = 8     // runtimes kept for the next evaluation
	maxKept    = 2_048 // parsed expressions kept by a runtime

	tooMuch = "the expression needs more steps than an evaluation may take"
	tooDeep = "the expression recurses deeper than an evaluation may go"
	tooLong = "the expression takes longer than an evaluation may last"
	notJSON = "returned an unsupported result type: a function is not JSON"
)

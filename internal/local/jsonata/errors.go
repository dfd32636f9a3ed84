package jsonata

import "errors"

// ErrNothing is returned where an expression gave undefined, which JSON cannot hold and Step Functions
// refuses.
var ErrNothing = errors.New("returned nothing (undefined)")

// Error is a fault that JSONata found in an expression, while parsing or evaluating it.
type Error struct {
	// Code is JSONata's own, such as T2001, or empty where the fault is not JSONata's.
	Code string
	// Message is for people.
	Message string
}

func (e *Error) Error() string {
	if e.Code == "" {
		return e.Message
	}
	return e.Code + ": " + e.Message
}

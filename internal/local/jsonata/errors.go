package jsonata

import "errors"

// ErrNothing is returned if an expression gave undefined, which JSON cannot represent and Step Functions
// refuses.
var ErrNothing = errors.New("returned nothing (undefined)")

// Error is a fault in an expression, found while parsing or evaluating it.
type Error struct {
	// Code is JSONata's error code, such as T2001, or empty if the fault is not JSONata's.
	Code string
	// Message is the text for people.
	Message string
}

func (e *Error) Error() string {
	if e.Code == "" {
		return e.Message
	}
	return e.Code + ": " + e.Message
}

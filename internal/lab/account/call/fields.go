package call

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/aws/smithy-go"
)

// UnsupportedError says that a request uses a part of AWS that the in-memory account does not
// implement. It is a gap in the simulation, not an answer of AWS.
type UnsupportedError struct {
	Service, Operation string
	What               string // "input field MaxResults", "filter vlan-id"
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("the account in memory does not implement %s in %s %s", e.What, e.Service, e.Operation)
}

// Unsupported is an [UnsupportedError] about a part of the operation.
func (s *Service) Unsupported(op Operation, format string, args ...any) error {
	return &UnsupportedError{Service: s.Name, Operation: op.Name, What: fmt.Sprintf(format, args...)}
}

// checkFields rejects an input that lacks a field which the SDK requires, or that sets a field
// which the operation does not read.
func (s *Service) checkFields(op Operation, in any) error {
	v := reflect.Indirect(reflect.ValueOf(in))
	if v.Kind() != reflect.Struct {
		return nil
	}
	missing := smithy.InvalidParamsError{Context: v.Type().Name()}
	for i := range v.NumField() {
		name, zero := v.Type().Field(i).Name, v.Field(i).IsZero()
		switch {
		case slices.Contains(op.Needs, name):
			if zero {
				missing.Add(smithy.NewErrParamRequired(name))
			}
		case name == dryRun: // see onlyAsks
		case !zero && !slices.Contains(op.Reads, name):
			return s.Unsupported(op, "input field %s", name)
		}
	}
	if missing.Len() > 0 {
		return missing
	}
	return nil
}

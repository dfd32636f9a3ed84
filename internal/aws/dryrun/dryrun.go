// Package dryrun keeps the SDK's clients from changing anything under a context that
// [quarantine.DryRun] marks. It is independent of the adapters, which ask with DryRun: where one
// forgets to, nothing is sent.
package dryrun

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/smithy-go/middleware"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// RefusedError says that a call was not sent.
type RefusedError struct{ Operation string }

// Error says which call, and why.
func (e *RefusedError) Error() string {
	return e.Operation + " is not sent: nothing may be changed here, and the request does not ask with DryRun"
}

// Guard is an API option of a configuration: it refuses, before anything else is done, every operation
// under a marked context that neither reads only nor has DryRun set.
func Guard(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("DryRunGuard", guard), middleware.Before)
}

func guard(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
	if quarantine.IsDryRun(ctx) {
		// The input's type names the operation, whatever else of the stack has run.
		input := reflect.Indirect(reflect.ValueOf(in.Parameters))
		if operation := operationOf(input); !Reads(operation) && !asksWithDryRun(input) {
			return middleware.InitializeOutput{}, middleware.Metadata{}, &RefusedError{operation}
		}
	}
	return next.HandleInitialize(ctx, in)
}

func operationOf(input reflect.Value) string {
	if !input.IsValid() {
		return "an operation without an input"
	}
	name := input.Type().Name()
	if operation, ok := strings.CutSuffix(name, "Input"); ok && operation != "" {
		return operation
	}
	return fmt.Sprintf("an operation with the input %q", name)
}

// gives are operations that are called like reads, and take what they give from whoever it was for: Step
// Functions has a task of an activity worked on once.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetActivityTask.html
var gives = []string{"GetActivityTask"}

// Reads tells whether an operation, by its name, only reads.
func Reads(operation string) bool {
	return operation == "Query" || !slices.Contains(gives, operation) && slices.ContainsFunc([]string{"Describe", "Get", "List"}, func(verb string) bool {
		return strings.HasPrefix(operation, verb)
	})
}

func asksWithDryRun(input reflect.Value) bool {
	if input.Kind() != reflect.Struct {
		return false
	}
	field := input.FieldByName("DryRun")
	if !field.IsValid() {
		return false
	}
	set, ok := field.Interface().(*bool)
	return ok && set != nil && *set
}

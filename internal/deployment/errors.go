package deployment

import (
	"fmt"
	"strings"
)

// NotOursError says that a stack lacks outputs that this product's has.
type NotOursError struct {
	Stack   string
	Lacking []string // the outputs' keys
}

// Error says what to do.
func (e *NotOursError) Error() string {
	return fmt.Sprintf("the stack %s has no output %s: it is not infra/template.yaml, or of another version; "+
		"name the deployed one with --stack, or deploy this version", e.Stack, strings.Join(e.Lacking, ", "))
}

// UnfinishedError says that a stack's creation has not ended, or has failed.
type UnfinishedError struct{ Stack, Status string }

// Error says what to do.
func (e *UnfinishedError) Error() string {
	if notMade(e.Status) {
		return fmt.Sprintf("the stack %s is %s, its creation failed: see why, delete it, and deploy again", e.Stack, e.Status)
	}
	return fmt.Sprintf("the stack %s is %s, it is still being created: try again when this ends", e.Stack, e.Status)
}

// Next are the words of the AWS CLI's command that sees why, or waits.
func (e *UnfinishedError) Next() []string {
	if notMade(e.Status) {
		return []string{"cloudformation", "describe-stack-events", "--stack-name", e.Stack}
	}
	return []string{"cloudformation", "wait", "stack-create-complete", "--stack-name", e.Stack}
}

// FileError says what is wrong with the file of settings.
type FileError struct {
	Path string
	Err  error // names the line, where it is about one
}

// Error names the file.
func (e *FileError) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap gives what is wrong.
func (e *FileError) Unwrap() error { return e.Err }

// Package awserror tells the adapters what an SDK's error is: by its code, or by
// how the call failed, and never by its message.
package awserror

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Name is the domain's name for an error: that of its code (see [NameOfCode]), or
// else Unavailable if the service failed or could not be heard, or else Unexpected.
func Name(err error, serviceCodes map[string]string) string {
	if name, known := NameOfCode(Code(err), serviceCodes); known {
		return name
	}
	if Unanswered(err) {
		return quarantine.Unavailable
	}
	return quarantine.Unexpected
}

// Code is the code that the service gave an error, or "".
func Code(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}

// HasCode tells whether the service gave an error one of these codes.
func HasCode(err error, codes ...string) bool {
	code := Code(err)
	return code != "" && slices.Contains(codes, code)
}

// Unanswered tells whether the service failed, or could not be heard: nobody
// knows then whether the operation took place.
func Unanswered(err error) bool {
	if s, ok := errors.AsType[interface {
		error
		HTTPStatusCode() int
	}](err); ok && s.HTTPStatusCode() >= 500 {
		return true
	}
	if c, ok := errors.AsType[interface {
		error
		ConnectionError() bool
	}](err); ok && c.ConnectionError() {
		return true
	}
	if t, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err); ok && t.Timeout() {
		return true
	}
	return errors.Is(err, context.Canceled)
}

// Package awserror classifies the SDK's errors for the adapters: by the error code, or
// by how the call failed, never by the message.
package awserror

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Name returns the domain's name for an error: the name of its code (see [NameOfCode]),
// or Unavailable if the service failed or did not answer, or else Unexpected.
func Name(err error, serviceCodes map[string]string) string {
	if name, known := NameOfCode(Code(err), serviceCodes); known {
		return name
	}
	if Unanswered(err) {
		return quarantine.Unavailable
	}
	return quarantine.Unexpected
}

// Failure makes a named failure of the error of an operation, by the name of its code; nil stays nil.
// Its text is the advice for that name, from the first list that has it: a format in which %[1]s is
// the operation and %[2]w the error.
func Failure(operation string, err error, serviceCodes map[string]string, advice ...map[string]string) error {
	if err == nil {
		return nil
	}
	name := Name(err, serviceCodes)
	format := ""
	for _, list := range advice {
		format = cmp.Or(format, list[name])
	}
	return quarantine.Failf(name, format, operation, err)
}

// SentName is the domain's name for the error of a service that was given something to send: that of
// its code, Unavailable where the service failed or gave no code, which says that it did not answer,
// and BadRequest for what else it refuses.
func SentName(err error, serviceCodes map[string]string) (name string, answered bool) {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return quarantine.Unavailable, false
	}
	name, known := NameOfCode(api.ErrorCode(), serviceCodes)
	switch {
	case known:
		return name, true
	case api.ErrorFault() == smithy.FaultServer:
		return quarantine.Unavailable, true
	default:
		return quarantine.BadRequest, true
	}
}

// Code returns the service's error code, or "".
func Code(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}

// HasCode tells whether the error has one of these codes from the service.
func HasCode(err error, codes ...string) bool {
	code := Code(err)
	return code != "" && slices.Contains(codes, code)
}

// Unanswered tells whether the service failed or did not answer: it is then unknown
// whether the operation took place.
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

package simaws

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// service is how an AWS service names itself and its failures.
type service struct {
	name string // as in an endpoint and an IAM action: "ec2"
	id   string // as in the SDK's errors: "EC2"

	throttled func(a *Account, c Call) error
	broken    func() error
	denied    func(a *Account, c Call) error
}

// Codes in Call.Err that are not AWS's.
const (
	codeStopped     = "Stopped"
	codeTimeout     = "Timeout"
	codeCanceled    = "Canceled"
	codeUnsupported = "Unsupported"
	codeInvalid     = "InvalidParams"
	codeOther       = "Error"
)

// wrap gives err the clothes that the SDK gives an answer of its service.
func (s *service) wrap(operation string, err error) error {
	var api smithy.APIError
	if errors.As(err, &api) {
		err = &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: &http.Response{StatusCode: statusOf(api), Header: http.Header{}}},
			Err:      err,
		}}
	}
	return &smithy.OperationError{ServiceID: s.id, OperationName: operation, Err: err}
}

func statusOf(err smithy.APIError) int {
	switch err.ErrorCode() {
	case "RequestLimitExceeded":
		return http.StatusServiceUnavailable
	case "UnauthorizedOperation", "AuthorizationError", "AccessDenied":
		return http.StatusForbidden
	case "NotFound":
		return http.StatusNotFound
	}
	if err.ErrorFault() == smithy.FaultServer {
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}

// fail is an answer of AWS's with the given code.
func fail(code, format string, args ...any) error {
	return &smithy.GenericAPIError{Code: code, Message: fmt.Sprintf(format, args...), Fault: smithy.FaultClient}
}

// canceled is how the SDK reports that the context ended before the answer.
func canceled(err error) error { return &aws.RequestCanceledError{Err: err} }

func errorCode(err error) string {
	var (
		api         smithy.APIError
		unsupported *UnsupportedError
		invalid     smithy.InvalidParamsError
	)
	switch {
	case err == nil:
		return ""
	case errors.As(err, &api):
		return api.ErrorCode()
	case errors.As(err, &unsupported):
		return codeUnsupported
	case errors.As(err, &invalid):
		return codeInvalid
	case errors.Is(err, context.DeadlineExceeded):
		return codeTimeout
	case errors.Is(err, context.Canceled):
		return codeCanceled
	default:
		return codeOther
	}
}

package call

import (
	"context"
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Codes in Call.Err that are not AWS's.
const (
	codeStopped     = "Stopped"
	codeTimeout     = "Timeout"
	codeCanceled    = "Canceled"
	codeUnsupported = "Unsupported"
	codeInvalid     = "InvalidParams"
	codeOther       = "Error"
)

// wrap returns err as the SDK would for an answer of its service.
func (s *Service) wrap(operation string, err error) error {
	var api smithy.APIError
	if errors.As(err, &api) {
		err = &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: &http.Response{StatusCode: StatusOf(api), Header: http.Header{}}},
			Err:      err,
		}}
	}
	return &smithy.OperationError{ServiceID: s.ID, OperationName: operation, Err: err}
}

// StatusOf is the HTTP status of an answer with that error.
func StatusOf(err smithy.APIError) int {
	switch err.ErrorCode() {
	case "RequestLimitExceeded":
		return http.StatusServiceUnavailable
	case "UnauthorizedOperation", "AuthorizationError", "AccessDenied":
		return http.StatusForbidden
	case "NotFound", "NoSuchEntity":
		return http.StatusNotFound
	}
	if err.ErrorFault() == smithy.FaultServer {
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}

// canceled is the SDK's error for a context that ended before the answer.
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

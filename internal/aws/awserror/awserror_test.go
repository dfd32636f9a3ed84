package awserror_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func status(code int) error {
	return &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: code}}, Err: errors.New("x")}
}

func TestAnErrorIsNamedByItsCodeAndElseByHowTheCallFailed(t *testing.T) {
	names := map[string]string{"Slow": quarantine.Throttled}
	for what, c := range map[string]struct {
		err  error
		want string
	}{
		"a known code":          {fmt.Errorf("x: %w", &smithy.GenericAPIError{Code: "Slow"}), quarantine.Throttled},
		"an unknown code":       {&smithy.GenericAPIError{Code: "Odd"}, quarantine.Unexpected},
		"status 500":            {status(500), quarantine.Unavailable},
		"status 400":            {status(400), quarantine.Unexpected},
		"no connection":         {&smithyhttp.RequestSendError{Err: errors.New("refused")}, quarantine.Unavailable},
		"time ran out":          {fmt.Errorf("x: %w", context.DeadlineExceeded), quarantine.Unavailable},
		"the caller gave up":    {context.Canceled, quarantine.Unavailable},
		"anything else":         {errors.New("Slow"), quarantine.Unexpected},
		"a code beats a status": {errors.Join(&smithy.GenericAPIError{Code: "Slow"}, status(500)), quarantine.Throttled},
	} {
		if got := awserror.Name(c.err, names); got != c.want {
			t.Errorf("%s is %s, want %s", what, got, c.want)
		}
	}
}

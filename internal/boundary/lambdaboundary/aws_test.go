package lambdaboundary_test

import (
	"errors"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ec2-quarantine/quarantine/internal/boundary/lambdaboundary"
	"github.com/ec2-quarantine/quarantine/internal/lab/lambdaapi"
)

func TestAnAttemptThatHangsTimesOutAndIsRetriedOnce(t *testing.T) {
	e := lambdaapi.NewEndpoint(t, func(_ http.ResponseWriter, r *http.Request, _ string) { <-r.Context().Done() })
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": e.URL, "AWS_REGION": "us-east-1", "AWS_PROFILE": "",
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
	} {
		t.Setenv(name, value)
	}
	c, err := lambdaboundary.AWS(t.Context(), 50*time.Millisecond)
	if err != nil || e.Calls("") != 0 {
		t.Fatalf("got %v after %d calls", err, e.Calls(""))
	}
	_, err = sts.NewFromConfig(c).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	timeout, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err)
	if !ok || !timeout.Timeout() || e.Calls("GetCallerIdentity") != 2 {
		t.Errorf("got %v after %d attempts", err, e.Calls("GetCallerIdentity"))
	}
}

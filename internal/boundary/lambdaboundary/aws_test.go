package lambdaboundary_test

import (
	"errors"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ec2-quarantine/quarantine/internal/aws/dryrun"
	"github.com/ec2-quarantine/quarantine/internal/boundary/lambdaboundary"
	"github.com/ec2-quarantine/quarantine/internal/lab/lambdaapi"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func atEndpoint(t *testing.T, url string) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": url, "AWS_REGION": "us-east-1", "AWS_PROFILE": "",
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
	} {
		t.Setenv(name, value)
	}
}

func TestEveryClientRefusesToChangeAnythingUnderADryRun(t *testing.T) {
	e := lambdaapi.NewEndpoint(t, func(http.ResponseWriter, *http.Request, string) {})
	atEndpoint(t, e.URL)
	c, err := lambdaboundary.AWS(t.Context(), time.Second)
	if err != nil {
		t.Fatal(err)
	}
	_, err = sns.NewFromConfig(c).Publish(quarantine.DryRun(t.Context()), &sns.PublishInput{Message: aws.String("news"), TopicArn: aws.String("arn:aws:sns:us-east-1:111122223333:t")})
	if refused, ok := errors.AsType[*dryrun.RefusedError](err); !ok || refused.Operation != "Publish" || e.Calls("") != 0 {
		t.Errorf("got %v after %d calls", err, e.Calls(""))
	}
	if _, err = sts.NewFromConfig(c).GetCallerIdentity(quarantine.DryRun(t.Context()), &sts.GetCallerIdentityInput{}); e.Calls("GetCallerIdentity") == 0 {
		t.Errorf("a read was not sent: %v", err)
	}
}

func TestAnAttemptThatHangsTimesOutAndIsRetriedOnce(t *testing.T) {
	e := lambdaapi.NewEndpoint(t, func(_ http.ResponseWriter, r *http.Request, _ string) { <-r.Context().Done() })
	atEndpoint(t, e.URL)
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

package sfn_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awssfn "github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/sfn"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const planted = "planted-task-token"

// client is the adapter with the SDK's client, without retries, for a handler.
func client(t *testing.T, h http.HandlerFunc) *sfn.Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return over(server.URL)
}

func over(url string) *sfn.Client {
	return sfn.New(awssfn.New(awssfn.Options{
		Region: "us-east-1", BaseEndpoint: &url, Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}))
}

var decision = quarantine.Decision{
	Approve: true, By: "arn:aws:iam::123456789012:user/one", Via: "cli", Reason: "clean",
	At: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC),
}

func TestTheDecisionIsTheTasksOutput(t *testing.T) {
	t.Parallel()
	var target, token string
	var got quarantine.Decision
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		var in struct{ TaskToken, Output string }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Error(err)
		}
		if err := json.Unmarshal([]byte(in.Output), &got); err != nil {
			t.Error(err)
		}
		target, token = r.Header.Get("X-Amz-Target"), in.TaskToken
		fmt.Fprint(w, "{}")
	})
	if err := c.Succeed(t.Context(), planted, decision); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(decision, got); diff != "" || target != "AWSStepFunctions.SendTaskSuccess" || token != planted {
		t.Errorf("%s with token %q (-want +got):\n%s", target, token, diff)
	}
}

func TestFaultsAreNamedAndDoNotRepeatTheToken(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]struct {
		status     int
		name, text string
	}{
		"TaskTimedOut":             {400, quarantine.TaskGone, "the state machine does not wait for this answer any more (TaskTimedOut): "},
		"TaskDoesNotExist":         {400, quarantine.TaskGone, "the state machine does not wait for this answer any more (TaskDoesNotExist): "},
		"InvalidToken":             {400, quarantine.TaskGone, "the state machine does not wait for this answer any more (InvalidToken): "},
		"AccessDeniedException":    {400, quarantine.AccessDenied, "Step Functions denied SendTaskSuccess (AccessDeniedException): give the role the action states:SendTaskSuccess"},
		"ThrottlingException":      {400, quarantine.Throttled, "Step Functions throttled SendTaskSuccess, try again later"},
		"ServiceUnavailable":       {503, quarantine.Unavailable, "Step Functions did not carry out SendTaskSuccess"},
		"SomethingNew":             {500, quarantine.Unavailable, "Step Functions did not carry out SendTaskSuccess"},
		"ValidationException":      {400, quarantine.Unexpected, "Step Functions refused SendTaskSuccess in a way that is not foreseen (ValidationException)"},
		"KmsInvalidStateException": {400, quarantine.Unexpected, "Step Functions refused SendTaskSuccess in a way that is not foreseen"},
	} {
		c := client(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/x-amz-json-1.0")
			w.WriteHeader(want.status)
			fmt.Fprintf(w, `{"__type":%q,"message":"Value '%s' at 'taskToken' failed to satisfy constraint"}`, code, planted)
		})
		err := c.Succeed(t.Context(), planted, decision)
		if got := quarantine.NameOf(err); got != want.name || !strings.HasPrefix(err.Error(), want.text) {
			t.Errorf("%s: %s: %v; want %s: %s", code, got, err, want.name, want.text)
		}
		for e := err; e != nil; e = errors.Unwrap(e) {
			if strings.Contains(fmt.Sprintf("%v %+v %#v", e, e, e), planted) {
				t.Errorf("%s: the token is in %#v", code, e)
			}
		}
	}
}

func TestAnUnreachableServiceIsUnavailable(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(nil)
	server.Close()
	if err := over(server.URL).Succeed(t.Context(), planted, decision); !quarantine.Is(err, quarantine.Unavailable) {
		t.Errorf("got %v", err)
	}
}

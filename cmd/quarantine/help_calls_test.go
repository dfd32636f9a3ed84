package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/guardduty/guarddutytest"
)

var (
	signedFor = regexp.MustCompile(`Credential=[^/]+/\d+/[^/]+/([a-z0-9]+)/aws4_request`)
	typedBy   = regexp.MustCompile(`\bapp/([a-z-]+)`)
)

// heldToHelp lets every call through, and holds the command that makes it to its own help: what it
// calls stands among its IAM actions there. S3 names no operation in a request, and is left out.
func heldToHelp(t testing.TB, next http.Handler) http.Handler {
	return http.HandlerFunc(func(to http.ResponseWriter, from *http.Request) {
		body, err := io.ReadAll(from.Body)
		if err != nil {
			t.Error(err)
		}
		from.Body = io.NopCloser(bytes.NewReader(body))
		command := typedBy.FindStringSubmatch(from.UserAgent())
		for _, action := range actionsOf(from, body) {
			if command != nil && !slices.Contains(saidActions(command[1]), action) {
				t.Errorf("quarantine %s needs %s, which its help does not name", command[1], action)
			}
		}
		next.ServeHTTP(to, from)
	})
}

// actionsOf are the IAM actions of a request of the JSON or the query protocol, or of GuardDuty; none of S3, and of
// what needs none.
func actionsOf(r *http.Request, body []byte) []string {
	service := signedFor.FindStringSubmatch(r.Header.Get("Authorization"))
	if service == nil || service[1] == "s3" || service[1] == "sts" {
		return nil
	}
	if operation := guarddutytest.Operation(r); service[1] == "guardduty" {
		return []string{"guardduty:" + operation}
	}
	_, operation, is := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	switch {
	case operation == "TransactWriteItems":
		return transacted(body)
	case is:
		return []string{service[1] + ":" + operation}
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil
	}
	return []string{service[1] + ":" + form.Get("Action")}
}

// transacted are the actions of a transaction, which is none itself:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
func transacted(body []byte) (all []string) {
	var of struct {
		TransactItems []map[string]json.RawMessage
	}
	if err := json.Unmarshal(body, &of); err != nil {
		return []string{err.Error()}
	}
	for _, item := range of.TransactItems {
		for kind := range item {
			all = append(all, "dynamodb:"+kind+"Item")
		}
	}
	return all
}

var (
	helpMu   sync.Mutex
	helpSaid = map[string][]string{}
)

// saidActions are all that a command's help names.
func saidActions(command string) []string {
	helpMu.Lock()
	defer helpMu.Unlock()
	said, known := helpSaid[command]
	if !known {
		var out bytes.Buffer
		run(context.Background(), []string{command, "--help"}, streams{out: &out, err: &out})
		_, paragraph, _ := strings.Cut(out.String(), "IAM actions:")
		said = iamAction.FindAllString(paragraph, -1)
		helpSaid[command] = said
	}
	return said
}

func TestTheActionsOfARequestAreFound(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]struct{ service, target, actions string }{
		"{}":                               {"dynamodb", "DynamoDB_20120810.GetItem", "dynamodb:GetItem"},
		"Action=DescribeInstances&Version": {"ec2", "", "ec2:DescribeInstances"},
		"Action=GetCallerIdentity":         {"sts", "", ""},
		`{"TransactItems": [{"Put": {}}, {"ConditionCheck": {}}]}`: {"dynamodb", "DynamoDB_20120810.TransactWriteItems", "dynamodb:PutItem dynamodb:ConditionCheckItem"},
	} {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/"+want.service+"/aws4_request, Signature=0")
		if want.target != "" {
			r.Header.Set("X-Amz-Target", want.target)
		}
		if got := strings.Join(actionsOf(r, []byte(body)), " "); got != want.actions {
			t.Errorf("%s: %q, want %q", body, got, want.actions)
		}
	}
}

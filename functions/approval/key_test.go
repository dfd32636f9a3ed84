package approval_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const keyID = "AKIAIOSFODNN7EXAMPLE"

// aboutKey is a question about a user's key.
func aboutKey(p quarantine.Purpose) func(*quarantine.ApprovalRequest) {
	return func(r *quarantine.ApprovalRequest) {
		*r = asked(p)
		r.Resource = quarantine.Resource{Kind: quarantine.KindAccessKey, AccountID: "123456789012", Region: "us-east-1", ID: keyID}
		r.Finding.Type, r.Finding.Title = "UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom", "API ListBuckets was called from a listed address."
		r.Reasons = nil
	}
}

var address = regexp.MustCompile(`href="[^"]*"`)

// ofAHost fails if a page about a key says what is true of hosts alone.
func ofAHost(t *testing.T, body string) {
	t.Helper()
	body = address.ReplaceAllString(body, "") // of a console, which has a Region
	for _, host := range []string{"instance", "subnet", "network", "cut off", " host", "us-east-1"} {
		if strings.Contains(body, host) {
			t.Errorf("the page says %q of a key:\n%s", host, body)
		}
	}
}

func TestThePageAsksAboutAKey(t *testing.T) {
	t.Parallel()
	for onSilence, text := range map[quarantine.Action]string{
		quarantine.ActionNotify: "Nothing is made inactive, and people are told.", quarantine.ActionIsolate: "The access key is made inactive as if somebody had approved",
	} {
		s := serve(t, aboutKey(quarantine.PurposeIsolate), func(r *quarantine.ApprovalRequest) { r.OnSilence = onSilence })
		code, body := s.get(t, s.link())
		wants(t, code, body, http.StatusOK, "<title>Make the access key "+keyID+" inactive?</title>", "The access key</h2>", "<dt>Access key</dt>", keyID+"</dd>",
			"Approve: make it inactive", "The key is made inactive: nothing that is signed with it is accepted", text)
		ofAHost(t, body)
	}
}

func TestThePageShowsWhatAnIncidentAboutAKeyHolds(t *testing.T) {
	t.Parallel()
	s := serve(t, aboutKey(quarantine.PurposeRelease))
	r := s.request
	claim := quarantine.Claim{Incident: r.Incident, Resource: r.Resource, Owner: r.Execution.ID}
	text := func(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }
	_, err := s.DynamoDB().PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(table), Item: map[string]types.AttributeValue{ // as the state machine does
		"pk": text(quarantine.LockKey(r.Resource)), "sk": text("LOCK"), "incident": text(r.Incident), "owner": text(claim.Owner), "status": text(string(quarantine.StatusContained)),
	}})
	if err != nil {
		t.Fatal(err)
	}
	h := quarantine.Hold{Measure: "access-key", AccountID: r.Resource.AccountID, Region: r.Resource.Region, Thing: "alice/" + keyID}
	if err := s.ledger.Join(t.Context(), h, claim); err != nil {
		t.Fatal(err)
	}
	code, body := s.get(t, s.link())
	wants(t, code, body, http.StatusOK, "of the user alice from quarantine?</title>", keyID+" of the user alice</dd>", "<dt>Access key</dt>",
		"NOT KNOWN whether what is signed with it is accepted", "Temporary credentials that the key was used to get", "a key that was active works again")
	ofAHost(t, body)
}

func TestTheOutcomeOfAQuestionAboutAKeyNamesIt(t *testing.T) {
	t.Parallel()
	for decision, title := range map[string]string{
		"approve": "access key " + keyID + "</span> is being made inactive", "deny": "access key " + keyID + "</span> is not made inactive",
	} {
		s := serve(t, aboutKey(quarantine.PurposeIsolate))
		code, body := s.do(t, form(s.link(), url.Values{"decision": {decision}}))
		wants(t, code, strings.ReplaceAll(body, `<span class="whole">`, ""), http.StatusOK, title)
		ofAHost(t, body)
	}
}

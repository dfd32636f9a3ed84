package ledgertest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

// question is a request as it is asked; its first token is the planted one.
func question(id string) quarantine.ApprovalRequest {
	return quarantine.ApprovalRequest{
		ID: id, Purpose: quarantine.PurposeIsolate, Incident: "inc-1", Resource: resource,
		Finding: quarantine.FindingSummary{ID: "finding-1", Type: "Backdoor:EC2/C&CActivity.B", Title: "It phones home", Severity: 8},
		Score:   63, Reasons: verdict.Reasons, OnSilence: quarantine.ActionNotify,
		Execution: quarantine.Execution{ID: claim.Owner, Name: "run-1", StartedAt: noon.Add(-time.Minute)},
		AskedAt:   noon, ExpiresAt: noon.Add(time.Hour),
		Status: quarantine.RequestPending,
	}
}

const planted = "planted-task-token"

func word(approve bool) quarantine.Decision {
	return quarantine.Decision{Approve: approve, By: "arn:aws:iam::123456789012:user/one", Via: "cli", Reason: "seen it", At: noon.Add(time.Minute)}
}

func ask(t *testing.T, l *ledger.Ledger, r quarantine.ApprovalRequest, token string) quarantine.ApprovalRequest {
	t.Helper()
	return must(l.Ask(t.Context(), r, token))(t)
}

func wantRequest(t *testing.T, got, want quarantine.ApprovalRequest) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the request is not as it should be (-want +got):\n%s", diff)
	}
}

func wantToken(t *testing.T, l *ledger.Ledger, id, want string) {
	t.Helper()
	if got := must(l.Token(t.Context(), id))(t); got != want {
		t.Errorf("the token is %q, want %q", got, want)
	}
}

func asks(t *testing.T, _ Env, l *ledger.Ledger) {
	want := question("req-1")
	wantRequest(t, ask(t, l, question("req-1"), planted), want)
	wantRequest(t, must(l.Request(t.Context(), "req-1"))(t), want)
	works(t, l.AskedThrough(t.Context(), "req-1", []string{"slack"}))
	works(t, l.AskedThrough(t.Context(), "req-1", []string{"sns", "slack"}))
	want.Asked = []string{"slack", "sns"}
	wantRequest(t, must(l.Request(t.Context(), "req-1"))(t), want)
	wantToken(t, l, "req-1", planted)
}

func asksAgain(t *testing.T, _ Env, l *ledger.Ledger) {
	ask(t, l, question("req-1"), planted)
	wantRequest(t, ask(t, l, question("req-1"), planted), question("req-1"))

	reminded := question("req-1")
	reminded.Score, reminded.AskedAt, reminded.ExpiresAt = 99, noon.Add(30*time.Minute), noon.Add(5*time.Hour)
	want := question("req-1")
	want.Reminders = 1
	wantRequest(t, ask(t, l, reminded, "second"), want)
	must(l.Decide(t.Context(), "req-1", word(true)))(t)
	wantToken(t, l, "req-1", "second")
}

func asksOneOf(t *testing.T, _ Env, l *ledger.Ledger) {
	for _, err := range together(20, func(n int) error {
		_, err := l.Ask(t.Context(), question("req-1"), fmt.Sprintf("token-%d", n))
		return err
	}) {
		works(t, err)
	}
	want := question("req-1")
	want.Reminders = 19
	wantRequest(t, must(l.Request(t.Context(), "req-1"))(t), want)
}

func asksDecided(t *testing.T, _ Env, l *ledger.Ledger) {
	ask(t, l, question("req-1"), planted)
	decided := must(l.Decide(t.Context(), "req-1", word(false)))(t)
	wantRequest(t, ask(t, l, question("req-1"), "second"), decided)
	wantToken(t, l, "req-1", "second")

	works(t, l.Delivered(t.Context(), "req-1"))
	decided.Delivered = true
	wantRequest(t, ask(t, l, question("req-1"), "third"), decided)
	wantToken(t, l, "req-1", "")
}

func asksExpired(t *testing.T, env Env, l *ledger.Ledger) {
	ask(t, l, question("req-1"), planted)
	late := question("req-1")
	late.AskedAt = late.ExpiresAt
	want := question("req-1")
	want.Status = quarantine.RequestExpired
	wantRequest(t, ask(t, l, late, "second"), want)
	if storedToken(t, env, "req-1") != planted {
		t.Error("an expired question took a new token")
	}
}

func decidesOnce(t *testing.T, _ Env, l *ledger.Ledger) {
	ask(t, l, question("req-1"), planted)
	given := make([]quarantine.Decision, 20)
	seen := make([]quarantine.ApprovalRequest, len(given))
	won := -1
	for n, err := range together(len(given), func(n int) (err error) {
		given[n] = word(n%2 == 0)
		given[n].By = fmt.Sprintf("person %d", n)
		seen[n], err = l.Decide(t.Context(), "req-1", given[n])
		return err
	}) {
		if err == nil && won >= 0 {
			t.Errorf("both %d and %d decided", won, n)
		}
		if err == nil {
			won = n
			continue
		}
		wantName(t, err, quarantine.AlreadyDecided)
	}
	if won < 0 {
		t.Fatal("nobody decided")
	}
	want := question("req-1")
	want.Status, want.Decision = quarantine.RequestDenied, &given[won]
	if given[won].Approve {
		want.Status = quarantine.RequestApproved
	}
	for _, got := range append(seen, must(l.Request(t.Context(), "req-1"))(t)) {
		wantRequest(t, got, want)
	}
	wantToken(t, l, "req-1", planted)
}

func decidesInTime(t *testing.T, env Env, l *ledger.Ledger) {
	ask(t, l, question("req-1"), planted)
	late := word(true)
	late.At = noon.Add(time.Hour)
	want := question("req-1")
	want.Status = quarantine.RequestExpired
	got, err := l.Decide(t.Context(), "req-1", late)
	wantName(t, err, quarantine.RequestTooLate)
	wantRequest(t, got, want)

	late.At = late.At.Add(-time.Millisecond)
	must(l.Decide(t.Context(), "req-1", late))(t)

	// The state machine lets a question expire itself.
	ask(t, l, question("req-2"), planted)
	must(env.API.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(env.Table), Key: requestKey("req-2"),
		UpdateExpression:          aws.String("SET #status = :expired REMOVE listed, listedAt"),
		ConditionExpression:       aws.String("#status = :pending"),
		ExpressionAttributeNames:  map[string]string{"#status": "status"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":expired": text("expired"), ":pending": text("pending")},
	}))(t)
	_, err = l.Decide(t.Context(), "req-2", word(true))
	wantName(t, err, quarantine.RequestTooLate)
	want.ID = "req-2"
	wantRequest(t, ask(t, l, question("req-2"), "second"), want)
}

func missesRequest(t *testing.T, env Env, l *ledger.Ledger) {
	_, err := l.Request(t.Context(), "req-1")
	wantName(t, err, quarantine.RequestGone)
	_, err = l.Decide(t.Context(), "req-1", word(true))
	wantName(t, err, quarantine.RequestGone)
	wantName(t, l.Delivered(t.Context(), "req-1"), quarantine.RequestGone)
	wantName(t, l.AskedThrough(t.Context(), "req-1", []string{"sns"}), quarantine.RequestGone)
	wantToken(t, l, "req-1", "")
	if got := stored(t, env, "req-1"); len(got) != 0 {
		t.Errorf("asking for it made an item: %v", got)
	}
}

func delivers(t *testing.T, env Env, l *ledger.Ledger) {
	ask(t, l, question("req-1"), planted)
	wantName(t, l.Delivered(t.Context(), "req-1"), quarantine.BadRequest)
	must(l.Decide(t.Context(), "req-1", word(true)))(t)
	works(t, l.Delivered(t.Context(), "req-1"))
	works(t, l.Delivered(t.Context(), "req-1"))
	wantToken(t, l, "req-1", "")
	if storedToken(t, env, "req-1") != "" {
		t.Error("the token is kept longer than it is needed")
	}
	got, err := l.Decide(t.Context(), "req-1", word(false))
	wantName(t, err, quarantine.AlreadyDecided)
	if !got.Delivered || got.Status != quarantine.RequestApproved {
		t.Errorf("got %+v", got)
	}
}

// No method but Token shows the token, and the item has no attribute expiresAt,
// by which DynamoDB would delete it.
func hidesToken(t *testing.T, env Env, l *ledger.Ledger) {
	ctx := t.Context()
	said := []any{
		must(l.Ask(ctx, question("req-1"), planted))(t), must(l.Ask(ctx, question("req-1"), planted))(t),
		must(l.Request(ctx, "req-1"))(t), must(l.Pending(ctx))(t), must(l.Decide(ctx, "req-1", word(true)))(t),
		must(l.Ask(ctx, question("req-1"), planted))(t),
	}
	r, err := l.Decide(ctx, "req-1", word(true))
	for _, v := range append(said, r, err.Error()) {
		if encoded := must(json.Marshal(v))(t); strings.Contains(fmt.Sprintf("%+v %s", v, encoded), planted) {
			t.Errorf("the token stands in %+v", v)
		}
	}
	if _, there := stored(t, env, "req-1")["expiresAt"]; there {
		t.Error("the item has an attribute expiresAt")
	}
}

func listsPending(t *testing.T, env Env, _ *ledger.Ledger) {
	// Pages of one item each show that every page is read.
	l := ledger.New(onePage{env.API}, env.Table)
	l.Clock = clocktest.At(noon.Add(2 * time.Minute))
	lock(t, env, claim, quarantine.StatusIsolating)
	for n, id := range []string{"req-3", "req-1", "req-2", "req-decided", "req-expired"} {
		r := question(id)
		r.AskedAt = noon.Add(time.Duration(n) * time.Second)
		if id == "req-expired" {
			r.ExpiresAt = noon.Add(2 * time.Minute)
		}
		ask(t, l, r, planted)
	}
	must(l.Decide(t.Context(), "req-decided", word(true)))(t)
	var got []string
	for _, r := range must(l.Pending(t.Context()))(t) {
		got = append(got, r.ID)
	}
	if want := []string{"req-3", "req-1", "req-2"}; !slices.Equal(got, want) {
		t.Errorf("pending are %v, want %v", got, want)
	}
	if r := must(l.Request(t.Context(), "req-expired"))(t); r.Status != quarantine.RequestExpired {
		t.Errorf("the expired one is %s", r.Status)
	}
}

// onePage makes each page of a query and of a scan one item long.
type onePage struct{ ledger.API }

func (p onePage) Scan(ctx context.Context, in *dynamodb.ScanInput, o ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	in.Limit = aws.Int32(1)
	return p.API.Scan(ctx, in, o...)
}

func (p onePage) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	in.Limit = aws.Int32(1)
	return p.API.Query(ctx, in, o...)
}

func requestKey(id string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": text("REQUEST#" + id), "sk": text("REQUEST")}
}

// storedToken is the token that the ledger keeps for a request, or "".
func storedToken(t *testing.T, env Env, id string) string {
	t.Helper()
	i := must(env.API.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String(env.Table), ConsistentRead: aws.Bool(true),
		Key: map[string]types.AttributeValue{"pk": text("TOKEN#" + id), "sk": text("TOKEN")},
	}))(t).Item
	if token, ok := i["token"].(*types.AttributeValueMemberS); ok {
		return token.Value
	}
	return ""
}

func stored(t *testing.T, env Env, id string) map[string]types.AttributeValue {
	t.Helper()
	return must(env.API.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String(env.Table), ConsistentRead: aws.Bool(true), Key: requestKey(id),
	}))(t).Item
}

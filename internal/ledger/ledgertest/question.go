package ledgertest

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/statemachine"
)

// What an execution does late, when another one asks about the instance by then, leaves
// that one's question held: two people would be asked about one instance otherwise.
func closesQuestion(t *testing.T, env Env, _ *ledger.Ledger) {
	closing := readUpdate(t, statemachine.Quarantine, "CloseQuestion")
	key := map[string]types.AttributeValue{"pk": text(quarantine.LockKey(resource)), "sk": text("QUESTION")}
	put(t, env, map[string]types.AttributeValue{
		"pk": key["pk"], "sk": key["sk"], "owner": text("asks-now"), "deadline": &types.AttributeValueMemberN{Value: "1772629200"},
	})
	for _, tt := range []struct {
		owner    string
		closed   bool
		deadline string
	}{{"asked-before", false, "1772629200"}, {"asks-now", true, "0"}} {
		in := closing.on(env, key, map[string]types.AttributeValue{":me": text(tt.owner)})
		if closed := must(take(t.Context(), env, in))(t); closed != tt.closed {
			t.Errorf("closed by %s: %t", tt.owner, closed)
		}
		item := must(env.API.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String(env.Table), ConsistentRead: aws.Bool(true), Key: key}))(t).Item
		if diff := cmp.Diff(tt.deadline, item["deadline"].(*types.AttributeValueMemberN).Value); diff != "" {
			t.Errorf("the deadline after %s (-want +got):\n%s", tt.owner, diff)
		}
	}
}

// A word that was given at the last moment counts: it is not overwritten by silence.
func expiresQuestion(t *testing.T, env Env, l *ledger.Ledger) {
	for state, definition := range map[string][]byte{"ExpireQuestion": statemachine.Quarantine, "ExpireRequest": statemachine.Approval} {
		expiring := readUpdate(t, definition, state)
		expire := func(id string) bool {
			return must(take(t.Context(), env, expiring.on(env, requestKey(id), nil)))(t)
		}
		ask(t, l, question(state+"-silent"), planted)
		for _, attempt := range []string{"first", "repeated"} {
			if !expire(state + "-silent") {
				t.Errorf("%s, %s: a pending question did not expire", state, attempt)
			}
		}
		wantStatus(t, l, state+"-silent", quarantine.RequestExpired)
		narrow := word(false)
		narrow.Narrow = true
		for status, given := range map[quarantine.RequestStatus]quarantine.Decision{
			quarantine.RequestApproved: word(true), quarantine.RequestNarrowed: narrow, quarantine.RequestDenied: word(false),
		} {
			id := state + "-" + string(status)
			ask(t, l, question(id), planted)
			must(l.Decide(t.Context(), id, given))(t)
			if expire(id) {
				t.Errorf("%s: a question that was %s expired", state, status)
			}
			wantStatus(t, l, id, status)
		}
		if expire(state + "-unknown") {
			t.Errorf("%s: a question that nobody asked expired", state)
		}
	}
}

func wantStatus(t *testing.T, l *ledger.Ledger, id string, want quarantine.RequestStatus) {
	t.Helper()
	if got := must(l.Request(t.Context(), id))(t); got.Status != want {
		t.Errorf("%s is %s, want %s", id, got.Status, want)
	}
}

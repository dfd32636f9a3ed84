package ledgertest

import (
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// drilled is a drill of the resource that began at noon.
var drilled = quarantine.Drill{
	Resource: resource, By: "arn:aws:iam::111122223333:user/alice", Stack: "arn:aws:cloudformation:eu-west-1:111122223333:stack/quarantine-drill/1",
	From: noon, Until: noon.Add(6 * time.Hour),
}

func keepsDrill(t *testing.T, env Env, l *ledger.Ledger) {
	at(l, time.Minute)
	works(t, l.BeginDrill(t.Context(), drilled))
	if got := must(l.Drill(t.Context(), resource))(t); got == nil || *got != drilled {
		t.Errorf("got %+v, want %+v", got, drilled)
	}
	other := resource
	other.ID += "0"
	if got := must(l.Drill(t.Context(), other))(t); got != nil {
		t.Errorf("of another instance: %+v", got)
	}
	at(l, 6*time.Hour)
	if got := must(l.Drill(t.Context(), resource))(t); got != nil {
		t.Errorf("after its end: %+v", got)
	}
	item := must(env.API.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String(env.Table), Key: map[string]types.AttributeValue{"pk": text(quarantine.LockKey(resource)), "sk": text("DRILL")},
	}))(t).Item
	if ends, ok := item["expiresAt"].(*types.AttributeValueMemberN); !ok || ends.Value != strconv.FormatInt(drilled.Until.Unix(), 10) {
		t.Errorf("expiresAt is %v", item["expiresAt"])
	}
}

func refusesNoDrill(t *testing.T, env Env, l *ledger.Ledger) {
	put(t, env, map[string]types.AttributeValue{
		"pk": text(quarantine.LockKey(resource)), "sk": text("DRILL"), "until": text("for ever"), "resource": text("all"),
	})
	if got := must(l.Drill(t.Context(), resource))(t); got != nil {
		t.Errorf("%+v", got)
	}
}

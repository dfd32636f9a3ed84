package ledgertest

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// observe writes what the state machine's RecordObserved does.
func observe(t *testing.T, env Env, incident string, at time.Time, observation string) {
	t.Helper()
	stamp := at.UTC().Format("2006-01-02T15:04:05.000Z")
	item := must(attributevalue.MarshalMap(map[string]any{
		"pk": "INCIDENT#" + incident, "sk": "OBSERVED", "at": stamp, "by": claim.Owner, "listed": "observed", "listedAt": stamp,
		"resource": map[string]string{"kind": string(resource.Kind), "accountId": resource.AccountID, "region": resource.Region, "id": resource.ID},
		"finding":  map[string]any{"id": "f-1", "type": "CryptoCurrency:EC2/BitcoinTool.B!DNS", "title": "It mines", "severity": 8, "detectorId": "d-1"},
		"score":    89, "verdict": `{"action":"isolate","score":89,"reasons":[],"mode":"observe"}`, "observation": observation,
		"expiresAt": at.AddDate(0, 0, 90).Unix(),
	}))(t)
	must(env.API.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(env.Table), Item: item}))(t)
}

func listsObserved(t *testing.T, env Env, l *ledger.Ledger) {
	for n := range 3 {
		observe(t, env, incidentID(n), noon.Add(time.Duration(n)*time.Minute), `{"would":"cut","neighbours":{"subnets":["subnet-a"],"kinds":[]},"at":"2026-11-02T12:00:00Z"}`)
	}
	all := must(l.LatestObserved(t.Context(), 2))(t)
	if len(all) != 2 || all[0].ID != incidentID(1) || all[1].ID != incidentID(2) {
		t.Fatalf("the latest two are %+v", all)
	}
	in := must(l.Incident(t.Context(), incidentID(2)))(t)
	if in.Status != quarantine.StatusObserved || in.Open() || in.Resource != resource || in.Observation.Would != quarantine.WouldCut || in.Neighbours == nil ||
		!in.Verdict.Observed() || len(in.Findings) != 1 || in.Findings[0].Score != 89 || !in.OpenedAt.Equal(noon.Add(2*time.Minute)) {
		t.Errorf("it is read as %+v", in)
	}
	if open := must(l.OpenIncidents(t.Context()))(t); len(open) != 0 {
		t.Errorf("open are %+v", open)
	}
	observe(t, env, "inc-broken", noon, "{")
	if err := onlyErr(l.Incident(t.Context(), "inc-broken")); err == nil || quarantine.NameOf(err) == "" {
		t.Errorf("what cannot be read is read: %v", fmt.Sprint(err))
	}
}

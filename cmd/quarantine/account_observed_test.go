package main

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// observed INCIDENT AGE puts on record that a finding about the first instance was observed so long ago,
// as the state machine does.
func observed(ts *testscript.TestScript, _ bool, args []string) {
	w := ts.Value(worldKey{}).(*world)
	age, err := time.ParseDuration(args[1])
	ts.Check(err)
	ctx, at := context.Background(), time.Now().Add(-age).UTC().Format("2006-01-02T15:04:05.000Z")
	_, _ = w.dynamodb.CreateTable(ctx, ledger.TableDefinition(w.steps.table)) // it can be there
	item, err := attributevalue.MarshalMap(map[string]any{
		"pk": "INCIDENT#" + args[0], "sk": "OBSERVED", "at": at, "by": "arn:aws:states:eu-west-1:1:execution:quarantine:e", "listed": "observed", "listedAt": at,
		"resource": map[string]string{"kind": "instance", "accountId": w.account.ID, "region": moto.Region, "id": ts.Getenv("INSTANCE_1")},
		"finding":  map[string]any{"id": "finding-1", "type": "CryptoCurrency:EC2/BitcoinTool.B!DNS", "title": "Bitcoin", "severity": 8},
		"score":    89, "verdict": `{"action":"isolate","score":89,"reasons":[{"name":"mode","text":"observed only: the policy's mode is observe"}],"mode":"observe"}`,
		"observation": `{"would":"cut","neighbours":{"subnets":["subnet-a"],"kinds":[{"kind":"instance","count":7}]}}`,
	})
	ts.Check(err)
	_, err = w.dynamodb.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(w.steps.table), Item: item})
	ts.Check(err)
}

// drills has the ledger say that the first instance is a drill's.
func drills(ts *testscript.TestScript, _ bool, _ []string) {
	w := ts.Value(worldKey{}).(*world)
	ctx, now := context.Background(), time.Now().UTC()
	of := quarantine.Resource{AccountID: w.account.ID, Region: moto.Region, Kind: quarantine.KindInstance, ID: ts.Getenv("INSTANCE_1")}
	ts.Check(ledger.New(w.dynamodb, w.steps.table).BeginDrill(ctx, quarantine.Drill{Resource: of, By: "the-lead", From: now.Add(-time.Minute), Until: now.Add(time.Hour)}))
}

package ledger_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/ledger/ledgertest"
)

func TestContractOverMoto(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	ledgertest.Contract(t, func(t *testing.T) ledgertest.Env {
		return ledgertest.Env{API: motoTable(t, moto.NewAccount(t).Config()), Table: table}
	})
}

// motoTable gives a client of an account with an empty table in it.
func motoTable(t *testing.T, c aws.Config) *dynamodb.Client {
	t.Helper()
	client := dynamodb.NewFromConfig(c)
	if _, err := client.CreateTable(t.Context(), ledger.TableDefinition(table)); err != nil {
		t.Fatal(err)
	}
	return client
}

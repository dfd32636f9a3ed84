package ledger

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// prefixHold begins the sort key of a pointer from an incident to what it holds.
// A pointer is written in one transaction with the record of what is held, and so
// the incident's partition, read consistently, names everything that the incident
// holds or held.
const prefixHold = "HOLD#"

// holdItem is a pointer to a subnet's record.
type holdItem struct {
	Resource  quarantine.Resource `json:"resource"` // the incident's
	AccountID string              `json:"accountId"`
	Region    string              `json:"region"`
	VPCID     string              `json:"vpcId"`
	SubnetID  string              `json:"subnetId"`
}

func holdKey(incident string, q quarantine.Quarantine) key {
	return keyOf(incidentPK(incident), prefixHold+q.AccountID+"#"+q.Region+"#"+q.SubnetID)
}

// held changes a subnet's record where the condition holds, and writes the pointer
// to it. Where the condition fails, the error is a *conditionError.
func (l *Ledger) held(ctx context.Context, q quarantine.Quarantine, by quarantine.Claim, u expression.UpdateBuilder, c expression.ConditionBuilder) error {
	record, err := l.updating(subnetKey(q), u, c)
	if err != nil {
		return err
	}
	pointer, err := l.putting(holdKey(by.Incident, q),
		holdItem{Resource: by.Resource, AccountID: q.AccountID, Region: q.Region, VPCID: q.VPCID, SubnetID: q.SubnetID})
	if err != nil {
		return err
	}
	return l.transact(ctx, record, pointer)
}

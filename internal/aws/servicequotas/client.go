// Package servicequotas reads quotas of the account. It changes nothing.
package servicequotas

import (
	"context"

	awsquotas "github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// API is the part of the SDK's client that the package calls.
type API interface {
	GetServiceQuota(context.Context, *awsquotas.GetServiceQuotaInput, ...func(*awsquotas.Options)) (*awsquotas.GetServiceQuotaOutput, error)
	GetAWSDefaultServiceQuota(context.Context, *awsquotas.GetAWSDefaultServiceQuotaInput, ...func(*awsquotas.Options)) (*awsquotas.GetAWSDefaultServiceQuotaOutput, error)
}

var _ API = (*awsquotas.Client)(nil)

// Client reads quotas. It holds no state and is safe for concurrent use.
type Client struct{ api API }

// New makes a Client with the SDK's client, or any other implementation of API.
func New(api API) *Client { return &Client{api: api} }

// Quota is the value that holds in the account and Region, by the codes of its service and of itself:
// the applied one, or AWS's default where Service Quotas has none applied.
// https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
//
// IAM actions: servicequotas:GetServiceQuota and servicequotas:GetAWSDefaultServiceQuota.
//
// Errors: AccessDenied; Throttled; Unavailable; ThingGone if there is no such quota; Unexpected.
func (c *Client) Quota(ctx context.Context, service, code string) (float64, error) {
	applied, err := c.api.GetServiceQuota(ctx, &awsquotas.GetServiceQuotaInput{ServiceCode: &service, QuotaCode: &code})
	if err == nil {
		return valueOf("GetServiceQuota", applied.Quota)
	}
	if err = failure("GetServiceQuota", err); !quarantine.Is(err, quarantine.ThingGone) {
		return 0, err
	}
	standard, err := c.api.GetAWSDefaultServiceQuota(ctx, &awsquotas.GetAWSDefaultServiceQuotaInput{ServiceCode: &service, QuotaCode: &code})
	if err != nil {
		return 0, failure("GetAWSDefaultServiceQuota", err)
	}
	return valueOf("GetAWSDefaultServiceQuota", standard.Quota)
}

func valueOf(operation string, q *types.ServiceQuota) (float64, error) {
	if q == nil || q.Value == nil {
		return 0, quarantine.Failf(quarantine.Unexpected, "Service Quotas answered %s without a value", operation)
	}
	return *q.Value, nil
}

// Package servicequotas is the Service Quotas of an in-memory account.
package servicequotas

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Quotas are the account's.
type Quotas struct {
	service *call.Service
	applied map[string]float64 // by service and code
}

// standard are AWS's defaults.
// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
var standard = map[string]float64{"vpc L-B4A6D682": 200, "vpc L-E79EC296": 2500, "lambda L-B99A9384": 1000}

// New adds Service Quotas to the endpoint: AWS's defaults hold.
func New(e *call.Endpoint) *Quotas {
	return &Quotas{applied: map[string]float64{}, service: &call.Service{
		Endpoint: e, Name: "servicequotas", ID: "Service Quotas",
		Throttled: func(call.Call) error { return call.Fail("TooManyRequestsException", "Rate exceeded") },
		Broken:    func() error { return call.ServerFault("ServiceException", "Internal error") },
		Denied: func(c call.Call) error {
			return call.Fail("AccessDeniedException", "%s", e.NotAllowed(c, "servicequotas", "*"))
		},
	}}
}

// SetQuota applies a quota.
func (q *Quotas) SetQuota(service, code string, value float64) {
	defer q.service.Change()()
	q.applied[service+" "+code] = value
}

// Client has the methods of the SDK's *servicequotas.Client that the account implements.
type Client struct{ quotas *Quotas }

// ServiceQuotas returns a client.
func (q *Quotas) ServiceQuotas() *Client { return &Client{quotas: q} }

var (
	getApplied = call.Operation{Name: "GetServiceQuota", Needs: []string{"ServiceCode", "QuotaCode"}}
	getDefault = call.Operation{Name: "GetAWSDefaultServiceQuota", Needs: []string{"ServiceCode", "QuotaCode"}}
)

// GetServiceQuota follows https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
func (c *Client) GetServiceQuota(ctx context.Context, in *servicequotas.GetServiceQuotaInput, _ ...func(*servicequotas.Options)) (*servicequotas.GetServiceQuotaOutput, error) {
	return call.Invoke(ctx, c.quotas.service, getApplied, in, func(in *servicequotas.GetServiceQuotaInput) (*servicequotas.GetServiceQuotaOutput, error) {
		quota, err := quotaIn(c.quotas.applied, *in.ServiceCode, *in.QuotaCode)
		return &servicequotas.GetServiceQuotaOutput{Quota: quota}, err
	})
}

// GetAWSDefaultServiceQuota follows https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetAWSDefaultServiceQuota.html
func (c *Client) GetAWSDefaultServiceQuota(ctx context.Context, in *servicequotas.GetAWSDefaultServiceQuotaInput, _ ...func(*servicequotas.Options)) (*servicequotas.GetAWSDefaultServiceQuotaOutput, error) {
	return call.Invoke(ctx, c.quotas.service, getDefault, in, func(in *servicequotas.GetAWSDefaultServiceQuotaInput) (*servicequotas.GetAWSDefaultServiceQuotaOutput, error) {
		quota, err := quotaIn(standard, *in.ServiceCode, *in.QuotaCode)
		return &servicequotas.GetAWSDefaultServiceQuotaOutput{Quota: quota}, err
	})
}

func quotaIn(of map[string]float64, service, code string) (*types.ServiceQuota, error) {
	value, there := of[service+" "+code]
	if !there {
		return nil, &types.NoSuchResourceException{Message: aws.String("The request failed because the specified quota does not exist.")}
	}
	return &types.ServiceQuota{ServiceCode: &service, QuotaCode: &code, Value: &value}, nil
}

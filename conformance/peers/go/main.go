// Command peer is a go-libp2p node driven over stdin and stdout, for the conformance suite.
//
// Commands are lines of words, answers are JSON lines (see ../README.md); the end of stdin ends the process, so that
// a suite that died leaves no orphan behind.
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p"
	pubsub "github.com/libp2p/go-libp2p-pubsub"
	pb "github.com/libp2p/go-libp2p-pubsub/pb"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
)

const (
	echoProtocol = protocol.ID("/outcry/test/echo/1.0.0")
	perfProtocol = protocol.ID("/perf/1.0.0")

	// Longer payloads are reported by their hash alone.
	inlineDataMax = 256
	// A burst of the suite is 1 000 messages; go's own default of 32 would drop most of it on either side.
	burst = 8192

	commandTimeout = 30 * time.Second
	perfTimeout    = 5 * time.Minute
	perfChunk      = 64 << 10
)

type fields map[string]any

var out struct {
	sync.Mutex
	w *bufio.Writer
}

func emit(name string, f fields) {
	if f == nil {
		f = fields{}
	}
	f["event"] = name
	line, err := json.Marshal(f)
	if err != nil {
		line = []byte(`{"event":"error","message":"an event could not be encoded"}`)
	}
	out.Lock()
	defer out.Unlock()
	out.w.Write(line)
	out.w.WriteByte('\n')
	out.w.Flush()
}

type node struct {
	host   host.Host
	pubsub *pubsub.PubSub

	mu         sync.Mutex
	topics     map[string]*pubsub.Topic
	identified map[peer.ID]event.EvtPeerIdentificationCompleted
}

func keyOf(name string) (crypto.PrivKey, error) {
	kinds := map[string]int{
		"ed25519": crypto.Ed25519, "secp256k1": crypto.Secp256k1, "ecdsa": crypto.ECDSA, "rsa": crypto.RSA,
	}
	kind, known := kinds[name]
	if !known {
		return nil, fmt.Errorf("unknown key type %q", name)
	}
	key, _, err := crypto.GenerateKeyPairWithReader(kind, 2048, rand.Reader)
	return key, err
}

func fromSeqno(m *pb.Message) string { return string(m.GetFrom()) + string(m.GetSeqno()) }

func sha256OfData(m *pb.Message) string {
	sum := sha256.Sum256(m.GetData())
	return string(sum[:])
}

func start(keyType, sign, messageID, listen string, gossip bool) (*node, error) {
	key, err := keyOf(keyType)
	if err != nil {
		return nil, err
	}
	options := []libp2p.Option{
		libp2p.Identity(key),
		libp2p.Transport(tcp.NewTCPTransport),
		libp2p.Security(noise.ID, noise.New),
		libp2p.Muxer(yamux.ID, yamux.DefaultTransport),
		libp2p.DisableRelay(),
		libp2p.DisableMetrics(),
		libp2p.Ping(true),
	}
	if listen == "none" {
		options = append(options, libp2p.NoListenAddrs)
	} else {
		options = append(options, libp2p.ListenAddrStrings(listen))
	}
	options = append(options, libp2p.UserAgent("go-libp2p conformance peer"))
	h, err := libp2p.New(options...)
	if err != nil {
		return nil, err
	}
	n := &node{
		host:       h,
		topics:     map[string]*pubsub.Topic{},
		identified: map[peer.ID]event.EvtPeerIdentificationCompleted{},
	}
	h.SetStreamHandler(echoProtocol, serveEcho)
	h.SetStreamHandler(perfProtocol, servePerf)
	h.Network().Notify(&network.NotifyBundle{
		ConnectedF: func(_ network.Network, c network.Conn) {
			emit("peer-connected", fields{"peer": c.RemotePeer().String()})
		},
		DisconnectedF: func(_ network.Network, c network.Conn) {
			emit("peer-disconnected", fields{"peer": c.RemotePeer().String()})
		},
	})
	if err := n.watchIdentify(); err != nil {
		return nil, err
	}
	if gossip {
		if err := n.startPubsub(sign, messageID); err != nil {
			return nil, err
		}
	}
	return n, nil
}

func (n *node) startPubsub(sign, messageID string) error {
	options := []pubsub.Option{
		pubsub.WithPeerOutboundQueueSize(burst),
		pubsub.WithValidateQueueSize(burst),
		pubsub.WithValidateThrottle(burst),
		pubsub.WithRawTracer(tracer{}),
	}
	switch sign {
	case "strict":
		options = append(options, pubsub.WithMessageSignaturePolicy(pubsub.StrictSign))
	case "none":
		options = append(options, pubsub.WithNoAuthor(), pubsub.WithMessageSignaturePolicy(pubsub.StrictNoSign))
	default:
		return fmt.Errorf("unknown signature policy %q", sign)
	}
	switch messageID {
	case "from-seqno":
		options = append(options, pubsub.WithMessageIdFn(fromSeqno))
	case "sha256":
		options = append(options, pubsub.WithMessageIdFn(sha256OfData))
	default:
		return fmt.Errorf("unknown message id function %q", messageID)
	}
	var err error
	n.pubsub, err = pubsub.NewGossipSub(context.Background(), n.host, options...)
	return err
}

func (n *node) watchIdentify() error {
	subscription, err := n.host.EventBus().Subscribe(new(event.EvtPeerIdentificationCompleted))
	if err != nil {
		return err
	}
	go func() {
		for e := range subscription.Out() {
			done := e.(event.EvtPeerIdentificationCompleted)
			n.mu.Lock()
			n.identified[done.Peer] = done
			n.mu.Unlock()
			emit("identified", fields{"peer": done.Peer.String(), "agent": done.AgentVersion})
		}
	}()
	return nil
}

// reach connects to the address unless the peer is connected already.
func (n *node) reach(ctx context.Context, address string) (peer.ID, error) {
	info, err := peer.AddrInfoFromString(address)
	if err != nil {
		return "", err
	}
	return info.ID, n.host.Connect(ctx, *info)
}

func (n *node) topic(name string) (*pubsub.Topic, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.pubsub == nil {
		return nil, errors.New("this peer was started without pubsub")
	}
	if t, joined := n.topics[name]; joined {
		return t, nil
	}
	t, err := n.pubsub.Join(name)
	if err != nil {
		return nil, err
	}
	handler, err := t.EventHandler()
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			e, err := handler.NextPeerEvent(context.Background())
			if err != nil {
				return
			}
			kind := "subscribed"
			if e.Type == pubsub.PeerLeave {
				kind = "unsubscribed"
			}
			emit(kind, fields{"peer": e.Peer.String(), "topic": name})
		}
	}()
	n.topics[name] = t
	return t, nil
}

func (n *node) subscribe(name string) error {
	t, err := n.topic(name)
	if err != nil {
		return err
	}
	subscription, err := t.Subscribe(pubsub.WithBufferSize(burst))
	if err != nil {
		return err
	}
	go func() {
		for {
			m, err := subscription.Next(context.Background())
			if err != nil {
				return
			}
			if m.ReceivedFrom == n.host.ID() {
				continue
			}
			n.report(m)
		}
	}()
	emit("joined", fields{"topic": name})
	return nil
}

func (n *node) report(m *pubsub.Message) {
	sum := sha256.Sum256(m.GetData())
	f := fields{
		"topic":  m.GetTopic(),
		"from":   nil,
		"id":     hex.EncodeToString([]byte(m.ID)),
		"length": len(m.GetData()),
		"sha256": hex.EncodeToString(sum[:]),
		"via":    m.ReceivedFrom.String(),
	}
	if len(m.Message.GetFrom()) > 0 {
		f["from"] = m.GetFrom().String()
	}
	if len(m.GetData()) <= inlineDataMax {
		f["data"] = base64.StdEncoding.EncodeToString(m.GetData())
	}
	emit("message", f)
}

func (n *node) publish(ctx context.Context, name string, data []byte) error {
	t, err := n.topic(name)
	if err != nil {
		return err
	}
	return t.Publish(ctx, data)
}

// payload is message number i of publish-many: the number, then a pattern that depends on it.
func payload(i, size int) []byte {
	data := make([]byte, size)
	for at := range data {
		data[at] = byte(i*31 + at)
	}
	if size >= 4 {
		binary.BigEndian.PutUint32(data, uint32(i))
	}
	return data
}

func (n *node) identify(ctx context.Context, address string) (fields, error) {
	id, err := n.reach(ctx, address)
	if err != nil {
		return nil, err
	}
	connections := n.host.Network().ConnsToPeer(id)
	if len(connections) == 0 {
		return nil, errors.New("not connected")
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		n.mu.Lock()
		e, done := n.identified[id]
		n.mu.Unlock()
		if done {
			return describe(e), nil
		}
		select {
		case <-ctx.Done():
			return nil, errors.New("identify did not complete")
		case <-tick.C:
		}
	}
}

func describe(e event.EvtPeerIdentificationCompleted) fields {
	addresses := []string{}
	for _, a := range e.ListenAddrs {
		addresses = append(addresses, a.String())
	}
	observed := ""
	if e.ObservedAddr != nil {
		observed = e.ObservedAddr.String()
	}
	return fields{
		"peer":            e.Peer.String(),
		"agent":           e.AgentVersion,
		"protocolVersion": e.ProtocolVersion,
		"protocols":       protocol.ConvertToStrings(e.Protocols),
		"addresses":       addresses,
		"observed":        observed,
		"signedRecord":    e.SignedPeerRecord != nil,
	}
}

func (n *node) ping(ctx context.Context, address string) (fields, error) {
	id, err := n.reach(ctx, address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	result := <-ping.Ping(ctx, n.host, id)
	if result.Error != nil {
		return nil, result.Error
	}
	return fields{"peer": id.String(), "rttMs": float64(result.RTT.Microseconds()) / 1000}, nil
}

func serveEcho(s network.Stream) {
	if _, err := io.Copy(s, s); err != nil {
		s.Reset()
		return
	}
	s.Close()
}

func (n *node) echo(ctx context.Context, address string, size int) (fields, error) {
	id, err := n.reach(ctx, address)
	if err != nil {
		return nil, err
	}
	s, err := n.host.NewStream(ctx, id, echoProtocol)
	if err != nil {
		return nil, err
	}
	defer s.Reset()
	s.SetDeadline(time.Now().Add(commandTimeout))
	sent := payload(1, size)
	written := make(chan error, 1)
	go func() {
		if _, err := s.Write(sent); err != nil {
			written <- err
			return
		}
		written <- s.CloseWrite()
	}()
	back, err := io.ReadAll(s)
	if err != nil {
		return nil, err
	}
	if err := <-written; err != nil {
		return nil, err
	}
	if !bytes.Equal(sent, back) {
		return nil, fmt.Errorf("sent %d bytes, and %d other bytes came back", len(sent), len(back))
	}
	return fields{"peer": id.String(), "bytes": len(back)}, nil
}

func servePerf(s network.Stream) {
	fail := func(err error) {
		emit("error", fields{"code": "perf-served", "message": err.Error()})
		s.Reset()
	}
	var want [8]byte
	if _, err := io.ReadFull(s, want[:]); err != nil {
		fail(err)
		return
	}
	received, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, s, make([]byte, perfChunk))
	if err != nil {
		fail(err)
		return
	}
	sent, err := pour(s, int64(binary.BigEndian.Uint64(want[:])))
	if err != nil {
		fail(err)
		return
	}
	s.Close()
	emit("perf-served", fields{"received": received, "sent": sent})
}

func pour(w io.Writer, count int64) (int64, error) {
	chunk := make([]byte, perfChunk)
	var sent int64
	for sent < count {
		k, err := w.Write(chunk[:min(int64(len(chunk)), count-sent)])
		sent += int64(k)
		if err != nil {
			return sent, err
		}
	}
	return sent, nil
}

func (n *node) perf(address string, upload, download int64) (fields, error) {
	ctx, cancel := context.WithTimeout(context.Background(), perfTimeout)
	defer cancel()
	id, err := n.reach(ctx, address)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	s, err := n.host.NewStream(ctx, id, perfProtocol)
	if err != nil {
		return nil, err
	}
	defer s.Reset()
	s.SetDeadline(began.Add(perfTimeout))
	var want [8]byte
	binary.BigEndian.PutUint64(want[:], uint64(download))
	if _, err := s.Write(want[:]); err != nil {
		return nil, err
	}
	sent, err := pour(s, upload)
	if err != nil {
		return nil, err
	}
	if err := s.CloseWrite(); err != nil {
		return nil, err
	}
	received, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, s, make([]byte, perfChunk))
	if err != nil {
		return nil, err
	}
	return fields{
		"peer": id.String(), "uploadBytes": sent, "downloadBytes": received, "seconds": time.Since(began).Seconds(),
	}, nil
}

func (n *node) execute(words []string) error {
	argument := func(i int) string {
		if i < len(words) {
			return words[i]
		}
		return ""
	}
	number := func(i int) int64 {
		v, _ := strconv.ParseInt(argument(i), 10, 64)
		return v
	}
	ctx, cancel := context.WithTimeout(context.Background(), commandTimeout)
	defer cancel()
	answer := func(name string, f fields, err error) error {
		if err == nil {
			emit(name, f)
		}
		return err
	}
	switch words[0] {
	case "connect":
		id, err := n.reach(ctx, argument(1))
		return answer("connected", fields{"peer": id.String()}, err)
	case "disconnect":
		id, err := peer.Decode(argument(1))
		if err != nil {
			return err
		}
		return n.host.Network().ClosePeer(id)
	case "subscribe":
		return n.subscribe(argument(1))
	case "publish":
		data, err := base64.StdEncoding.DecodeString(argument(2))
		if err != nil {
			return err
		}
		return answer("published", fields{"topic": argument(1), "count": 1}, n.publish(ctx, argument(1), data))
	case "publish-many":
		count, size, first := int(number(2)), int(number(3)), int(number(4))
		for i := range count {
			if err := n.publish(ctx, argument(1), payload(first+i, size)); err != nil {
				return err
			}
		}
		return answer("published", fields{"topic": argument(1), "count": count}, nil)
	case "ping":
		f, err := n.ping(ctx, argument(1))
		return answer("ping", f, err)
	case "identify":
		f, err := n.identify(ctx, argument(1))
		return answer("identify", f, err)
	case "echo":
		f, err := n.echo(ctx, argument(1), int(number(2)))
		return answer("echo", f, err)
	case "perf":
		f, err := n.perf(argument(1), number(2), number(3))
		return answer("perf", f, err)
	case "peers":
		peers := []string{}
		for _, id := range n.host.Network().Peers() {
			peers = append(peers, id.String())
		}
		return answer("peers", fields{"peers": peers}, nil)
	default:
		return fmt.Errorf("unknown command %q", words[0])
	}
}

// tracer reports what the router did; the rest of the events is of no interest to the suite.
type tracer struct{}

func (tracer) Graft(p peer.ID, topic string) {
	emit("graft", fields{"peer": p.String(), "topic": topic})
}

func (tracer) Prune(p peer.ID, topic string) {
	emit("prune", fields{"peer": p.String(), "topic": topic})
}

func (tracer) RejectMessage(m *pubsub.Message, reason string) {
	emit("rejected", fields{"topic": m.GetTopic(), "peer": m.ReceivedFrom.String(), "reason": reason})
}

func (tracer) OnNewOutboundStream(p peer.ID, proto protocol.ID) {
	emit("pubsub-stream", fields{"peer": p.String(), "protocol": string(proto)})
}

func (tracer) OnClosedOutboundStream(peer.ID)       {}
func (tracer) Join(string)                          {}
func (tracer) Leave(string)                         {}
func (tracer) ValidateMessage(*pubsub.Message)      {}
func (tracer) DeliverMessage(*pubsub.Message)       {}
func (tracer) DuplicateMessage(*pubsub.Message)     {}
func (tracer) ThrottlePeer(peer.ID)                 {}
func (tracer) RecvRPC(*pubsub.RPC)                  {}
func (tracer) SendRPC(*pubsub.RPC, peer.ID)         {}
func (tracer) DropRPC(*pubsub.RPC, peer.ID)         {}
func (tracer) UndeliverableMessage(*pubsub.Message) {}

func main() {
	out.w = bufio.NewWriter(os.Stdout)
	keyType := flag.String("key", "ed25519", "ed25519, secp256k1, ecdsa or rsa")
	muxer := flag.String("muxer", "yamux", "yamux, the only one go-libp2p has")
	sign := flag.String("sign", "strict", "strict or none")
	messageID := flag.String("message-id", "from-seqno", "from-seqno or sha256 (of the data)")
	listen := flag.String("listen", "/ip4/127.0.0.1/tcp/0", "an address, or none")
	gossip := flag.String("pubsub", "on", "on or off")
	flag.Parse()

	if *muxer != "yamux" {
		emit("error", fields{"code": "options", "message": "go-libp2p has no muxer " + *muxer})
		os.Exit(2)
	}
	n, err := start(*keyType, *sign, *messageID, *listen, *gossip == "on")
	if err != nil {
		emit("error", fields{"code": "start", "message": err.Error()})
		os.Exit(1)
	}
	addresses := []string{}
	for _, a := range n.host.Addrs() {
		addresses = append(addresses, a.String()+"/p2p/"+n.host.ID().String())
	}
	emit("listening", fields{"peer": n.host.ID().String(), "addresses": addresses})

	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) == 0 {
			continue
		}
		if words[0] == "quit" {
			break
		}
		if err := n.execute(words); err != nil {
			emit("error", fields{"code": words[0], "message": err.Error()})
		}
	}
	n.host.Close()
}

package io.outcry.gossip.router;

import io.outcry.gossip.message.MessageId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything the router knows of one topic. */
final class TopicState {

    final String name;
    /** Dense; given again after the topic was forgotten. */
    final int index;
    /** Peers that subscribed to it or are in its mesh, of every kind. */
    final MemberList members = new MemberList();
    /** Of the members, those that hear everything: direct and floodsub peers. */
    final MemberList hearingAll = new MemberList();

    final MemberList mesh = new MemberList();
    final MemberList fanout = new MemberList();
    final Backoffs backoffs;
    /** Ids to announce in this heartbeat. */
    final List<MessageId> gossip = new ArrayList<>();

    /** Not null while this node is joined. */
    @Nullable
    TopicParams params;

    boolean fanning;
    long fanoutUntilNs;

    TopicState(String name, int index, int backoffsMax) {
        this.name = name;
        this.index = index;
        this.backoffs = new Backoffs(backoffsMax);
    }

    boolean joined() {
        return params != null;
    }

    void addMember(Member member) {
        member.place = members.size();
        members.add(member);
        if (member.hearsAll()) {
            hearingAll.add(member);
        }
    }

    /** Takes a member out of every list. */
    void removeMember(Member member) {
        int place = member.place;
        members.removeAt(place);
        if (place < members.size()) {
            members.get(place).place = place;
        }
        hearingAll.remove(member);
        if (member.inMesh) {
            member.inMesh = false;
            mesh.remove(member);
        }
        if (member.inFanout) {
            member.inFanout = false;
            fanout.remove(member);
        }
    }

    void clearFanout() {
        for (int i = 0; i < fanout.size(); i++) {
            fanout.get(i).inFanout = false;
        }
        fanout.clear();
        fanning = false;
    }
}

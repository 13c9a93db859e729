package io.outcry.cli;

import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Makes the verbs and hands each the door it speaks through. */
final class VerbFactory implements IFactory {

    private final Door door;

    VerbFactory(Door door) {
        this.door = door;
    }

    @Override
    public <K> K create(Class<K> type) throws Exception {
        K made = CommandLine.defaultFactory().create(type);
        if (made instanceof Verb verb) {
            verb.door(door);
        }
        return made;
    }
}

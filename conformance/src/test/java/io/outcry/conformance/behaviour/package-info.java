/**
 * The index of behaviours: which test holds which.
 *
 * <pre>
 *   behaviours.txt ──► BehaviourIndexTest ──► the test sources of every module: the method is there, and is a test
 * </pre>
 */
@NullMarked
package io.outcry.conformance.behaviour;

import org.jspecify.annotations.NullMarked;

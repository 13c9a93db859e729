/**
 * The rules of the house, held by tests.
 *
 * <pre>
 *   compiled classes ──► HouseRules (arrows, laws of a machine, names) ──► HouseTest
 *   source files ──────► Tidy (sizes, words, captions) ──────────────────► TidyTest
 *   planted violations ─► the same rules, which must object ─────────────► HouseRulesTest, TidyRulesTest
 * </pre>
 */
@NullMarked
package io.outcry.conformance.house;

import org.jspecify.annotations.NullMarked;
